package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A service on one of this machine's two loopback addresses, which development servers like to choose for themselves. */
class LocalhostTest {

    private final TunnelRig rig = new TunnelRig();
    private HttpServer service;

    @AfterEach
    void close() {
        rig.close();
        if (service != null) {
            service.stop(0);
        }
    }

    private void servesAt(String address) throws IOException {
        try {
            service = HttpServer.create(new InetSocketAddress(InetAddress.getByName(address), 0), 0);
        } catch (IOException noSuchAddress) {
            assumeTrue(false, "this machine has no " + address);
        }
        service.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("ok".getBytes(StandardCharsets.ISO_8859_1));
            exchange.close();
        });
        service.start();
    }

    private void originStarts(String options) throws Exception {
        rig.startsWith(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", options)).log("${header.CamelHttpPath}");
            }
        });
        rig.isUp();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void forwardToFindsIt(String address) throws Exception {
        servesAt(address);
        originStarts("forwardTo=http://localhost:" + service.getAddress().getPort());

        assertThat(rig.gets("/").body()).isEqualTo("ok");
    }

    @Test
    void soDoesConnect() throws Exception {
        servesAt("::1");
        originStarts("connectTo=RAW(localhost:*,[::1]:*)");
        String target = "localhost:" + service.getAddress().getPort();

        try (SocketEnd visitor = SocketEnd.to(rig.frontPort)) {
            visitor.says("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n");
            assertThat(visitor.head()).startsWith("HTTP/1.1 200 ");
            visitor.says("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(visitor.head()).startsWith("HTTP/1.1 200 ");
        }
    }
}
