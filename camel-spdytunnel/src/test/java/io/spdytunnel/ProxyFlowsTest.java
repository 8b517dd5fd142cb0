package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.spdytunnel.testing.TestStore;
import io.spdytunnel.tunnel.TlsEngines;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The six flows of Chromium's "SPDY Proxy Examples" (www.chromium.org/spdy/spdy-proxy-examples), each the whole way: TLS
 * to the front door, the proxy's route, the tunnel's TLS, the origin's route, the service. And what became of them:
 * HTTP/2 to the proxy.
 *
 * <p>The front door offers one protocol a flow, so nothing can come about by another.
 */
class ProxyFlowsTest {

    private static final String GET = "GET shop.example";

    private final TunnelRig rig = new TunnelRig();
    private final List<String> atOrigin = new CopyOnWriteArrayList<>();
    private HttpServer plain;
    private HttpsServer secure;

    @TempDir
    private Path directory;

    @BeforeEach
    void startServices() throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        plain = HttpServer.create(any, 0);
        plain.createContext("/", exchange -> answer(exchange, "plain"));
        plain.start();
        secure = HttpsServer.create(any, 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(TunnelRig.tls().createSSLContext(rig.origin)));
        secure.createContext("/", exchange -> answer(exchange, "secure"));
        secure.start();
    }

    @AfterEach
    void close() {
        rig.close();
        plain.stop(0);
        secure.stop(0);
    }

    private static void answer(HttpExchange exchange, String service) throws IOException {
        byte[] seen = (service + " " + exchange.getRequestMethod() + " " + exchange.getRequestURI() + " for "
                        + exchange.getRequestHeaders().getFirst("Host") + " via "
                        + exchange.getRequestHeaders().getFirst("Via"))
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain");
        exchange.sendResponseHeaders(200, seen.length);
        exchange.getResponseBody().write(seen);
        exchange.close();
    }

    /** A secure web proxy that speaks this alone, and leads to the services on loopback. */
    private void proxySpeaks(String protocol) throws Exception {
        FrontDoor door = new FrontDoor();
        door.setProtocols(protocol);
        rig.proxy.getRegistry().bind("door", door);
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("netty-http:https://localhost:" + rig.frontPort
                                + "?matchOnUriPrefix=true&ssl=true&sslContextParameters=#tls"
                                + "&nettySharedHttpServer=#door")
                        .to(rig.tunnel("origin1", ""));
            }
        });
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial(
                                "origin1",
                                "preserveHost=true&connectTo=127.0.0.1:*,localhost:*&forwardTo=http://127.0.0.1:"
                                        + plain.getAddress().getPort()))
                        .process(exchange -> atOrigin.add(exchange.getMessage().getHeader(Exchange.HTTP_METHOD) + " "
                                + exchange.getMessage().getHeader("Host")));
                from(rig.serve("")).setBody(simple("spdy ${header.CamelHttpMethod} ${header.CamelHttpPath}"));
            }
        });
        rig.starts().isUp();
    }

    private String secureHost() {
        return "localhost:" + secure.getAddress().getPort();
    }

    private String secureUrl() {
        return "https://" + secureHost() + "/page?q=1";
    }

    private String secureAnswer() {
        return "secure GET /page?q=1 for " + secureHost() + " via null";
    }

    private static String plainAnswer() {
        return "plain GET /page?q=1 for shop.example via 1.1 spdytunnel";
    }

    private String curls(String url) throws Exception {
        String certificate = TestStore.certificateIn(directory).toString();
        return Curl.in(
                directory,
                " %{http_code} %{http_connect}",
                "--proxy",
                "https://localhost:" + rig.frontPort,
                "--proxy-cacert",
                certificate,
                "--cacert",
                certificate,
                url);
    }

    private String chromiumShows(String url) throws Exception {
        return Chromium.shows(
                directory,
                url,
                "--proxy-server=https://localhost:" + rig.frontPort,
                "--proxy-bypass-list=<-loopback>"); // which it else visits itself
    }

    private JsonNode visits(String protocol, String url) throws Exception {
        try (ForeignPeer visitor = ForeignPeer.throughProxy(protocol, rig.frontPort, directory, url)) {
            assertThat(visitor.tells("alpn").get("alpn").asText()).isEqualTo(protocol);
            return visitor.answers(url);
        }
    }

    /** Of the project's own SPDY visitor, through whatever leads it there. */
    private void seesThePageInside(ConnectRelay relay) throws Exception {
        try (relay;
                SpdyVisit inside = new SpdyVisit(relay.port(), 0, tls())) {
            assertThat(inside.gets("/page").text()).isEqualTo("spdy GET /page");
            assertThat(inside.gets("/other").text()).isEqualTo("spdy GET /other");
            assertThat(relay.failure()).isNull();
        }
        assertThat(atOrigin).containsExactly("CONNECT localhost:" + rig.servePort);
    }

    private TlsEngines tls() throws Exception {
        return TlsEngines.of(TunnelRig.tls().createSSLContext(rig.proxy));
    }

    // ---- HTTP to the proxy

    @Test
    void flow1HttpsProxyWithAnHttpUrlAskedByCurl() throws Exception {
        Curl.isInstalled();
        proxySpeaks("http/1.1");

        assertThat(curls("http://shop.example/page?q=1")).isEqualTo(plainAnswer() + " 200 000");
        assertThat(atOrigin).containsExactly(GET);
    }

    @Test
    void flow1HttpsProxyWithAnHttpUrlAskedByChromium() throws Exception {
        Chromium.isInstalled();
        proxySpeaks("http/1.1");

        assertThat(chromiumShows("http://shop.example/page?q=1")).contains(plainAnswer());
        assertThat(atOrigin).contains(GET).doesNotContain("CONNECT shop.example:80");
    }

    @Test
    void flow2HttpsProxyWithAnHttpsUrlAskedByCurl() throws Exception {
        Curl.isInstalled();
        proxySpeaks("http/1.1");

        assertThat(curls(secureUrl())).isEqualTo(secureAnswer() + " 200 200");
        assertThat(atOrigin).containsExactly("CONNECT " + secureHost());
    }

    @Test
    void flow2HttpsProxyWithAnHttpsUrlAskedByChromium() throws Exception {
        Chromium.isInstalled();
        proxySpeaks("http/1.1");

        assertThat(chromiumShows(secureUrl())).contains(secureAnswer());
        assertThat(atOrigin).contains("CONNECT " + secureHost()).doesNotContain("GET " + secureHost());
    }

    @Test
    void flow3HttpsProxyWithAnHttpsUrlAndSpdyToTheOriginServer() throws Exception {
        proxySpeaks("http/1.1");

        seesThePageInside(new ConnectRelay(ConnectRelay.http1(rig.frontPort, "localhost:" + rig.servePort)));
    }

    // ---- SPDY to the proxy

    @Test
    void flow4SpdyProxyWithAnHttpUrl() throws Exception {
        ForeignPeer.isInstalled();
        proxySpeaks("spdy/3.1");

        JsonNode answer = visits("spdy/3.1", "http://shop.example/page?q=1");

        assertThat(answer.get("text").asText()).isEqualTo(plainAnswer());
        assertThat(atOrigin).containsExactly(GET);
    }

    @Test
    void flow5SpdyProxyWithAnHttpsUrl() throws Exception {
        ForeignPeer.isInstalled();
        proxySpeaks("spdy/3.1");

        JsonNode answer = visits("spdy/3.1", secureUrl());

        assertThat(answer.get("text").asText()).isEqualTo(secureAnswer());
        assertThat(answer.get("connected").asInt()).isEqualTo(200);
        assertThat(atOrigin).containsExactly("CONNECT " + secureHost());
    }

    @Test
    void flow6SpdyProxyWithAnHttpsUrlAndSpdyToTheOriginServer() throws Exception {
        proxySpeaks("spdy/3.1");

        try (SpdyVisit outside = new SpdyVisit(rig.frontPort, 0, tls())) {
            seesThePageInside(new ConnectRelay(ConnectRelay.spdy(outside, "localhost:" + rig.servePort)));
        }
    }

    // ---- HTTP/2 to the proxy

    @Test
    void anHttp2ProxyWithAnHttpUrlAskedByChromium() throws Exception {
        Chromium.isInstalled();
        proxySpeaks("h2");

        assertThat(chromiumShows("http://shop.example/page?q=1")).contains(plainAnswer());
        assertThat(atOrigin).contains(GET).doesNotContain("CONNECT shop.example:80");
    }

    @Test
    void anHttp2ProxyWithAnHttpsUrlAskedByChromium() throws Exception {
        Chromium.isInstalled();
        proxySpeaks("h2");

        assertThat(chromiumShows(secureUrl())).contains(secureAnswer());
        assertThat(atOrigin).contains("CONNECT " + secureHost()).doesNotContain("GET " + secureHost());
    }

    @Test
    void anHttp2ProxyAskedByNode() throws Exception {
        ForeignPeer.isInstalled();
        proxySpeaks("h2");

        assertThat(visits("h2", "http://shop.example/page?q=1").get("text").asText())
                .isEqualTo(plainAnswer());
        assertThat(visits("h2", secureUrl()).get("text").asText()).isEqualTo(secureAnswer());
        assertThat(visits("h2", "https://127.0.0.2:1/").get("connected").asInt())
                .as("connectTo does not name it")
                .isEqualTo(403);
    }
}
