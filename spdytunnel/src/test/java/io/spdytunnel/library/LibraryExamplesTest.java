package io.spdytunnel.library;

import static io.netty.handler.codec.http.HttpResponseStatus.OK;
import static io.netty.handler.codec.http.HttpVersion.HTTP_1_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.spdytunnel.auth.BearerTokens;
import io.spdytunnel.directory.DirectorySettings;
import io.spdytunnel.directory.OriginDirectory;
import io.spdytunnel.front.VisitorServer;
import io.spdytunnel.front.VisitorServerSettings;
import io.spdytunnel.front.VisitorTls;
import io.spdytunnel.http.HttpAnswer;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.HttpCallSettings;
import io.spdytunnel.http.HttpCalls;
import io.spdytunnel.http.HttpHandler;
import io.spdytunnel.http.HttpServing;
import io.spdytunnel.http.OutgoingRequest;
import io.spdytunnel.reception.TunnelServer;
import io.spdytunnel.reception.TunnelServerSettings;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.Session;
import io.spdytunnel.testing.FreePorts;
import io.spdytunnel.testing.TestStore;
import io.spdytunnel.tunnel.Credentials;
import io.spdytunnel.tunnel.SpdyConnector;
import io.spdytunnel.tunnel.SpdyConnectorSettings;
import io.spdytunnel.tunnel.TlsEngines;
import io.spdytunnel.tunnel.TunnelClient;
import io.spdytunnel.tunnel.TunnelClientSettings;
import io.spdytunnel.tunnel.TunnelObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The floors below Camel, used by themselves. What stands between the tags is what {@code docs/library.md} shows. */
class LibraryExamplesTest {

    private static final Path PAGE = Path.of("..", "docs", "library.md");
    private static final Path THIS =
            Path.of("src", "test", "java", "io", "spdytunnel", "library", "LibraryExamplesTest.java");

    private final EventLoopGroup loops = new NioEventLoopGroup(2);
    private final List<EventLoopGroup> opened = new ArrayList<>(List.of(loops));
    private final MemoryBudget budget = new MemoryBudget(64L * 1024 * 1024);

    @AfterEach
    void close() {
        opened.forEach(group -> group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly());
    }

    private VisitorServer serves(int port) throws Exception {
        SSLContext tls = TestStore.sslContext();
        // tag::serve[]
        EventLoopGroup loops = new NioEventLoopGroup();
        MemoryBudget budget = new MemoryBudget(64L * 1024 * 1024); // what all bodies together may hold
        HttpHandler hello = request -> request.respond(
                new DefaultHttpResponse(HTTP_1_1, OK),
                HttpBody.of(Unpooled.copiedBuffer("hello " + request.head().uri(), UTF_8)));
        VisitorTls engines = allocator -> tls.createSSLEngine(); // null instead: plain TCP
        VisitorServer server = VisitorServer.bind(
                new InetSocketAddress("localhost", port), VisitorServerSettings.DEFAULT, loops, budget, engines, hello);
        // … and in the end:
        // server.close(Duration.ofSeconds(30)); lets what has begun finish
        // end::serve[]
        opened.add(loops);
        return server;
    }

    @Test
    void servesAndAsks() throws Exception {
        int port = FreePorts.take();
        SSLContext tls = TestStore.sslContext();
        VisitorServer server = serves(port);
        // tag::ask[]
        SpdyConnectorSettings where = SpdyConnectorSettings.to("localhost", port);
        SpdyConnector connector = new SpdyConnector(where, TlsEngines.of(tls), budget, loops);
        Session session = connector.connect().get();

        HttpCalls calls = new HttpCalls(HttpCallSettings.DEFAULT);
        URI uri = URI.create("https://localhost/world");
        HttpAnswer answer = calls.send(session, OutgoingRequest.of(HttpMethod.GET, uri, HttpBody.empty()))
                .get();
        int status = answer.head().status().code();
        String text = new String(answer.body().readAllBytes(), UTF_8);

        Duration roundTrip =
                session.ping(Duration.ofSeconds(2)).toCompletableFuture().get(); // or fails in time
        session.drain(Duration.ofSeconds(30)); // says goodbye, lets what has begun finish, and closes
        // end::ask[]

        assertThat(status).isEqualTo(200);
        assertThat(text).isEqualTo("hello /world");
        assertThat(roundTrip).isPositive();
        assertThat(session.whenEnded().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
        assertThat(server.close(Duration.ofSeconds(5)).toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
    }

    private TunnelServer listens(int port, String token, OriginDirectory directory) throws Exception {
        SSLContext tls = TestStore.sslContext();
        // tag::listen[]
        TunnelServer proxy = new TunnelServer(
                TunnelServerSettings.at("localhost", port),
                TlsEngines.of(tls),
                BearerTokens.of(Map.of("shop42", token)), // or any Authenticator of yours
                directory,
                budget,
                loops,
                TunnelObserver.NONE);
        proxy.start();
        // … and in the end:
        // proxy.stop(Duration.ofSeconds(30)); lets what has begun finish
        // end::listen[]
        return proxy;
    }

    @Test
    void dialsAProxyAndServes() throws Exception {
        int port = FreePorts.take();
        String token = "a-token-of-some-length";
        OriginDirectory directory = new OriginDirectory(DirectorySettings.DEFAULT, loops, TunnelObserver.NONE);
        directory.addKnown("shop42");
        TunnelServer proxy = listens(port, token, directory);
        SSLContext tls = TestStore.sslContext();
        // tag::tunnel[]
        HttpHandler hello = request -> request.respond(
                new DefaultHttpResponse(HTTP_1_1, OK),
                HttpBody.of(Unpooled.copiedBuffer("hello from behind the firewall", UTF_8)));
        TunnelClient tunnel = new TunnelClient(
                TunnelClientSettings.of("localhost", port, "shop42", Credentials.bearer(token)),
                TlsEngines.of(tls),
                new HttpServing(hello, HttpCallSettings.DEFAULT),
                budget,
                loops,
                TunnelObserver.NONE);
        tunnel.start(); // dials, and dials again whenever it has to
        // … and in the end:
        // tunnel.close(Duration.ofSeconds(30)); lets what has begun finish
        // end::tunnel[]

        // tag::down[]
        Session session = directory.await("shop42", Duration.ofSeconds(10)).get();
        HttpAnswer answer = new HttpCalls(HttpCallSettings.DEFAULT)
                .send(session, OutgoingRequest.of(HttpMethod.GET, URI.create("https://shop42/"), HttpBody.empty()))
                .get();
        // end::down[]

        assertThat(new String(answer.body().readAllBytes(), UTF_8)).isEqualTo("hello from behind the firewall");
        assertThat(tunnel.close(Duration.ofSeconds(5)).toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
        assertThat(proxy.stop(Duration.ofSeconds(5)).toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
        directory.close();
    }

    @Test
    void aPingThatIsNotEchoedInTimeFailsAndTheSessionGoesOn() throws Exception {
        int port = FreePorts.take();
        VisitorServer server = serves(port);
        Session session = new SpdyConnector(
                        SpdyConnectorSettings.to("localhost", port),
                        TlsEngines.of(TestStore.sslContext()),
                        budget,
                        loops)
                .connect()
                .get(10, TimeUnit.SECONDS);

        assertThat(session.ping(Duration.ZERO).toCompletableFuture())
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .withMessageContaining("no echo of a PING within 0 ms");

        assertThat(session.ping(Duration.ofSeconds(5)).toCompletableFuture()).succeedsWithin(Duration.ofSeconds(5));
        session.drain(Duration.ZERO);
        assertThat(server.close(Duration.ZERO).toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void thePageShowsWhatRunsHere() throws IOException {
        Matcher region = Pattern.compile("// tag::(\\w+)\\[]\n(.*?)\n *// end::\\1\\[]", Pattern.DOTALL)
                .matcher(Files.readString(THIS));
        List<String> run = new ArrayList<>();
        while (region.find()) {
            run.add(region.group(2).stripIndent().strip());
        }
        Matcher block = Pattern.compile("```java\n(.*?)\n```", Pattern.DOTALL).matcher(Files.readString(PAGE));
        List<String> shown = new ArrayList<>();
        while (block.find()) {
            shown.add(block.group(1).strip());
        }

        assertThat(run).hasSize(5);
        assertThat(shown)
                .as("the examples of %s, which are those of %s", PAGE, THIS)
                .containsExactlyInAnyOrderElementsOf(run);
    }
}
