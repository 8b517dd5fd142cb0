package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.spdytunnel.front.VisitorProtocol;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** HTTP/2 visitors of Camel routes, with the JDK's client for one. */
class Http2RoutesTest {

    private final TunnelRig rig = new TunnelRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private HttpResponse<String> asks(int port, String path) throws Exception {
        HttpClient visitor = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .sslContext(TunnelRig.tls().createSSLContext(rig.proxy))
                .build();
        return visitor.send(
                HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
                        .timeout(Duration.ofSeconds(20))
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void aVisitorOfTheFrontDoorReachesTheOriginByHttp2() throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front(TunnelRig.FRONT_DOOR + "&ssl=true&sslContextParameters=#tls"))
                        .to(rig.tunnel("origin1", ""));
            }
        });
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", "")).setBody().simple("${header.X-Forwarded-Proto} ${header.CamelHttpPath}");
            }
        });
        rig.starts().isUp();

        HttpResponse<String> answer = asks(rig.frontPort, "/a%20b");

        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(answer.body()).isEqualTo("https /a%20b");
    }

    @Test
    void servesItWithoutATunnelToo() throws Exception {
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.serve("")).setBody().constant("hello");
            }
        });
        rig.origin.start();

        HttpResponse<String> answer = asks(rig.servePort, "/");

        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(answer.body()).isEqualTo("hello");
    }

    @Test
    void theFrontDoorsPropertiesAreItsSettings() {
        FrontDoor door = new FrontDoor();
        assertThat(door.settings().protocols()).contains(VisitorProtocol.HTTP_2);

        door.setMaxConcurrentStreams(7);
        door.setProtocols("spdy/3.1,http/1.1");

        assertThat(door.settings().http2Streams()).isEqualTo(7);
        assertThat(door.settings().protocols()).doesNotContain(VisitorProtocol.HTTP_2);
    }
}
