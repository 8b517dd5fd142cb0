package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A visitor that sends its body only when the service asks for it ({@code Expect: 100-continue}, RFC 9110 10.1.1). */
@Timeout(60)
class ExpectTest {

    private static final String ASKS =
            "PUT /film HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";

    private final TunnelRig rig = new TunnelRig();
    private SocketService service;

    @AfterEach
    void close() throws Exception {
        rig.close();
        service.close();
    }

    /** Returns the visitors' port. */
    private int starts(boolean tunnel) throws Exception {
        service = new SocketService();
        RouteBuilder origin = new RouteBuilder() {
            @Override
            public void configure() {
                String options = "forwardTo=" + service.url();
                from(tunnel ? rig.dial("origin1", options) : rig.serve("tls=false&" + options))
                        .log("${header.CamelHttpPath}");
            }
        };
        if (tunnel) {
            rig.startsWith(origin).isUp();
            return rig.frontPort;
        }
        rig.origin.addRoutes(origin);
        rig.origin.start();
        return rig.servePort;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aServiceThatRefusesNeverSeesTheBody(boolean tunnel) throws Exception {
        try (SocketEnd visitor = SocketEnd.to(starts(tunnel)).says(ASKS);
                SocketEnd behind = service.accepts()) {
            assertThat(behind.head().toLowerCase(Locale.ROOT))
                    .contains("expect: 100-continue")
                    .doesNotContain("spdytunnel-");
            behind.says("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");

            assertThat(visitor.head()).startsWith("HTTP/1.1 413 ");
            assertThat(behind.isToldTheEnd()).as("not a byte of it").isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theServicesWordReachesTheVisitor(boolean tunnel) throws Exception {
        try (SocketEnd visitor = SocketEnd.to(starts(tunnel)).says(ASKS);
                SocketEnd behind = service.accepts()) {
            behind.head();
            assertThat(visitor.hearsNothingFor(200)).isTrue();
            behind.says("HTTP/1.1 100 Continue\r\n\r\n");

            assertThat(visitor.head()).startsWith("HTTP/1.1 100 ");
            visitor.says("hello");
            assertThat(behind.readsText(5)).isEqualTo("hello");
            behind.says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            assertThat(visitor.head()).startsWith("HTTP/1.1 200 ");
            assertThat(visitor.readsText(2)).isEqualTo("ok");
        }
    }

    @Test
    void aServiceThatKnowsNoSuchWordGetsTheBodyAllTheSame() throws Exception {
        try (SocketEnd visitor = SocketEnd.to(starts(true)).says(ASKS);
                SocketEnd behind = service.accepts()) {
            behind.head();
            assertThat(visitor.head()).startsWith("HTTP/1.1 100 ");
            visitor.says("hello");
            assertThat(behind.readsText(5)).isEqualTo("hello");
            behind.says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            assertThat(visitor.head()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void whoDoesNotWaitIsServedAsWell() throws Exception {
        try (SocketEnd visitor = SocketEnd.to(starts(true)).says(ASKS + "hello");
                SocketEnd behind = service.accepts()) {
            behind.head();
            behind.says("HTTP/1.1 100 Continue\r\n\r\n");
            assertThat(behind.readsText(5)).isEqualTo("hello");
            behind.says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            assertThat(visitor.head()).startsWith("HTTP/1.1 200 ");
        }
    }
}
