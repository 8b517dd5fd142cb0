package io.spdytunnel;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import io.spdytunnel.testing.FreePorts;
import io.spdytunnel.testing.TestStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;

/** A proxy and an origin, each a Camel context of its own, on free ports of loopback, with TLS between them. */
public final class TunnelRig implements AutoCloseable {

    static final String TOKEN =
            "correct horse battery staple, spelt with-dashes".replace(' ', '-').replace(',', '.');
    static final String FRONT_DOOR = "nettySharedHttpServer=#class:io.spdytunnel.FrontDoor";

    /** The JDK's, unless all tests are to run with another one. */
    static final String TLS_PROVIDER = System.getProperty("test.tlsProvider", "jdk");

    final int frontPort = freePort();
    final int tunnelPort = freePort();
    final int servePort = freePort();
    final CamelContext proxy;
    final CamelContext origin;
    final HttpClient visitor = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    TunnelRig() {
        this(TLS_PROVIDER);
    }

    TunnelRig(String tlsProvider) {
        this.proxy = newContext("proxy", tlsProvider);
        this.origin = newContext("origin", tlsProvider);
    }

    private static CamelContext newContext(String name, String tlsProvider) {
        DefaultCamelContext context = new DefaultCamelContext();
        context.getComponent("spdytunnel", SpdyTunnelComponent.class).setTlsProvider(tlsProvider);
        context.getCamelContextExtension().setName(name);
        context.getRegistry().bind("tls", tls());
        context.getRegistry().bind("trustOnly", new SSLContextParameters());
        context.getShutdownStrategy().setTimeout(5);
        return context;
    }

    public static SSLContextParameters tls() {
        KeyStoreParameters store = new KeyStoreParameters();
        store.setResource("file:" + TestStore.path());
        store.setPassword(TestStore.PASSWORD);
        store.setType("PKCS12");
        SSLContextParameters parameters = new SSLContextParameters();
        KeyManagersParameters keys = new KeyManagersParameters();
        keys.setKeyStore(store);
        keys.setKeyPassword(TestStore.PASSWORD);
        parameters.setKeyManagers(keys);
        TrustManagersParameters trust = new TrustManagersParameters();
        trust.setKeyStore(store);
        parameters.setTrustManagers(trust);
        return parameters;
    }

    static int freePort() {
        return FreePorts.take();
    }

    static boolean isFree(int port) {
        return FreePorts.isFree(port);
    }

    /** The front door's consumer. */
    String front() {
        return front(FRONT_DOOR);
    }

    /** A netty-http consumer on the front port, with these further options. */
    String front(String options) {
        return "netty-http:http://127.0.0.1:" + frontPort + "?matchOnUriPrefix=true"
                + (options.isEmpty() ? "" : "&" + options);
    }

    /** The producer. */
    String tunnel(String name, String options) {
        return "spdytunnel:" + name + "?listen=127.0.0.1:" + tunnelPort + "&sslContextParameters=#tls&token=" + TOKEN
                + (options.isEmpty() ? "" : "&" + options);
    }

    /** The consumer. */
    String dial(String name, String options) {
        return "spdytunnel:" + name + "?proxy=localhost:" + tunnelPort + "&sslContextParameters=#tls&token=" + TOKEN
                + "&redialMax=200&redialRefusedMax=200" + (options.isEmpty() ? "" : "&" + options);
    }

    /** The consumer that serves without a tunnel. */
    String serve(String options) {
        return "spdytunnel:plain?serve=127.0.0.1:" + servePort + "&sslContextParameters=#tls"
                + (options.isEmpty() ? "" : "&" + options);
    }

    /** The producer that connects to {@link #serve} without a tunnel. */
    String connect(String options) {
        return "spdytunnel:plain.example.com?connect=localhost:" + servePort + "&sslContextParameters=#tls"
                + (options.isEmpty() ? "" : "&" + options);
    }

    /** Routes {@code front() → origin1}, and this at the origin. */
    TunnelRig startsWith(RoutesBuilder atOrigin) throws Exception {
        proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(front()).to(tunnel("origin1", ""));
            }
        });
        origin.addRoutes(atOrigin);
        return starts();
    }

    /** Routes {@code front → tunnel → origin1}, with these options at either end, and waits until the tunnel is up. */
    TunnelRig tunnelIsUp(String front, String atProxy, String atOrigin) throws Exception {
        proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(front).to(tunnel("origin1", atProxy));
            }
        });
        origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(dial("origin1", atOrigin)).routeId("origin").log("${header.CamelHttpPath}");
            }
        });
        return starts().isUp();
    }

    TunnelRig starts() throws Exception {
        proxy.start();
        origin.start();
        return this;
    }

    /** Waits until the origin's tunnel is up. */
    TunnelRig isUp() {
        await().atMost(10, SECONDS).until(() -> origin.getRoutes().stream()
                .filter(route -> route.getConsumer() instanceof SpdyTunnelConsumer)
                .allMatch(route -> ((SpdyTunnelConsumer) route.getConsumer())
                        .clients().stream().allMatch(client -> client.status().isUp())));
        return this;
    }

    URI uri(String target) {
        return URI.create("http://127.0.0.1:" + frontPort + target);
    }

    HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(uri(target)).timeout(Duration.ofSeconds(30));
    }

    HttpResponse<String> gets(String target) throws Exception {
        return visitor.send(request(target).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> posts(String target, String body) throws Exception {
        return visitor.send(
                request(target).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        origin.stop();
        proxy.stop();
    }
}
