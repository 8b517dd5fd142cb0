package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.spdytunnel.testing.TestStore;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The front door as a forward proxy, plain and over TLS, asked by curl. */
class ForwardProxyTest {

    private final TunnelRig rig = new TunnelRig();
    private HttpServer service;

    @TempDir
    private Path directory;

    @BeforeEach
    void startService() throws Exception {
        Curl.isInstalled();
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/", exchange -> {
            byte[] seen = (exchange.getRequestMethod() + " " + exchange.getRequestURI() + " for "
                            + exchange.getRequestHeaders().getFirst("Host") + " via "
                            + exchange.getRequestHeaders().getFirst("Via"))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, seen.length);
            exchange.getResponseBody().write(seen);
            exchange.close();
        });
        service.start();
    }

    @AfterEach
    void close() {
        rig.close();
        if (service != null) {
            service.stop(0);
        }
    }

    private void proxyIsUp(String front) throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(front).to(rig.tunnel("origin1", ""));
            }
        });
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial(
                                "origin1",
                                "preserveHost=true&connectTo=127.0.0.1:*&forwardTo=http://127.0.0.1:" + port()))
                        .log("${header.CamelHttpMethod}");
            }
        });
        rig.starts().isUp();
    }

    private String overTls() {
        return "netty-http:https://localhost:" + rig.frontPort
                + "?matchOnUriPrefix=true&ssl=true&sslContextParameters=#tls&" + TunnelRig.FRONT_DOOR;
    }

    private int port() {
        return service.getAddress().getPort();
    }

    /** What curl writes, and behind it the status of the answer and of the CONNECT before it. */
    private String curls(String... arguments) throws Exception {
        return Curl.in(directory, " %{http_code} %{http_connect}", arguments);
    }

    @Test
    void aGetInAbsoluteFormIsForTheHostItNames() throws Exception {
        proxyIsUp(rig.front());

        assertThat(curls("-x", "http://127.0.0.1:" + rig.frontPort, "http://shop.example:81/a%20b?c=d"))
                .isEqualTo("GET /a%20b?c=d for shop.example:81 via 1.1 spdytunnel 200 000");
        assertThat(curls("-x", "http://127.0.0.1:" + rig.frontPort, "-H", "Host: other.example", "http://shop.example"))
                .isEqualTo("GET / for shop.example via 1.1 spdytunnel 200 000");
    }

    @Test
    void aConnectLeadsStraightToTheService() throws Exception {
        proxyIsUp(rig.front());

        assertThat(curls("-p", "-x", "http://127.0.0.1:" + rig.frontPort, "http://127.0.0.1:" + port() + "/page"))
                .isEqualTo("GET /page for 127.0.0.1:" + port() + " via null 200 200");
    }

    @Test
    void aConnectToElsewhereIsRefused() throws Exception {
        proxyIsUp(rig.front());

        assertThat(curls("-p", "-x", "http://127.0.0.1:" + rig.frontPort, "http://127.0.0.2:" + port() + "/page"))
                .contains("403")
                .endsWith(" 000 403");
    }

    @Test
    void aSecureWebProxyTakesGets() throws Exception {
        proxyIsUp(overTls());

        assertThat(curls(
                        "--proxy",
                        "https://localhost:" + rig.frontPort,
                        "--proxy-cacert",
                        TestStore.certificateIn(directory).toString(),
                        "http://shop.example/page"))
                .isEqualTo("GET /page for shop.example via 1.1 spdytunnel 200 000");
    }

    @Test
    void aSecureWebProxyTakesConnects() throws Exception {
        proxyIsUp(overTls());

        assertThat(curls(
                        "-p",
                        "--proxy",
                        "https://localhost:" + rig.frontPort,
                        "--proxy-cacert",
                        TestStore.certificateIn(directory).toString(),
                        "http://127.0.0.1:" + port() + "/page"))
                .isEqualTo("GET /page for 127.0.0.1:" + port() + " via null 200 200");
    }
}
