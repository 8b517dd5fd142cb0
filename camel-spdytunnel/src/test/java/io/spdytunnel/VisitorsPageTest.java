package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.spdytunnel.testing.TestStore;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each line that docs/visitors.md gives for trying a visitor works. */
class VisitorsPageTest {

    private static final Path PAGE = Path.of("..", "docs", "visitors.md");
    private static final Pattern CURL = Pattern.compile("`curl ([^`]+)`");

    private final TunnelRig rig = new TunnelRig();
    private final int securePort = TunnelRig.freePort();
    private HttpServer service;

    @TempDir
    private Path directory;

    @BeforeEach
    void start() throws Exception {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/", exchange -> {
            byte[] page = "page".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        service.start();
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front()).to(rig.tunnel("shop42", ""));
                from("netty-http:https://localhost:" + securePort
                                + "?matchOnUriPrefix=true&ssl=true&sslContextParameters=#tls&" + TunnelRig.FRONT_DOOR)
                        .to(rig.tunnel("shop42", ""));
                from("direct:page")
                        .to("spdytunnel:localhost?connect=localhost:" + securePort + "&sslContextParameters=#tls");
            }
        });
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("shop42", "connectTo=127.0.0.1:*&forwardTo=http://127.0.0.1:" + port()))
                        .log("${header.CamelHttpMethod}");
            }
        });
        rig.starts().isUp();
    }

    @AfterEach
    void close() {
        rig.close();
        service.stop(0);
    }

    private int port() {
        return service.getAddress().getPort();
    }

    @Test
    void everyLineWithCurlWorks() throws Exception {
        Curl.isInstalled();
        Path certificate = TestStore.certificateIn(directory);
        List<String> tried = new ArrayList<>();
        Matcher lines = CURL.matcher(Files.readString(PAGE));
        while (lines.find()) {
            String line = lines.group(1)
                    .replace("ca.pem", certificate.toString())
                    .replace(":8080", ":" + rig.frontPort)
                    .replace(":8443", ":" + securePort)
                    .replace(":3000", ":" + port());

            assertThat(Curl.in(directory, " %{http_code}", line.split(" ", -1)))
                    .as(line)
                    .isEqualTo("page 200");
            tried.add(line);
        }
        assertThat(tried).hasSizeGreaterThan(6);
    }

    @Test
    void aRouteVisitsBySpdy() {
        assertThat(rig.proxy.createProducerTemplate().requestBody("direct:page", null, String.class))
                .isEqualTo("page");
    }
}
