package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long raw bytes may be silent, and when they end: by an option, by half, and with their origin. */
class RawTimesTest {

    private final RawRig raw;
    private final TunnelRig rig;
    private final SocketService service;

    RawTimesTest() throws IOException {
        raw = new RawRig();
        rig = raw.tunnel;
        service = raw.service;
    }

    @AfterEach
    void close() throws Exception {
        raw.close();
    }

    private void tunnelIsUp(String atProxy, String atOrigin) throws Exception {
        raw.isUp(atProxy, atOrigin);
    }

    private SocketEnd visitor() throws Exception {
        return raw.visitor();
    }

    @Test
    void silenceIsNoFaultOfARawStream() throws Exception {
        tunnelIsUp("bodyIdleTimeout=200&keepAliveInterval=100&keepAlivePatience=100", "bodyIdleTimeout=200");
        try (SocketEnd visitor = visitor().asksFor("websocket");
                SocketEnd behind = service.accepts()) {
            behind.grants("websocket");
            visitor.head();

            assertThat(visitor.hearsNothingFor(1000)).isTrue();

            behind.says("still here");
            assertThat(visitor.readsText(10)).isEqualTo("still here");
            visitor.says("and I");
            assertThat(behind.readsText(5)).isEqualTo("and I");
        }
    }

    @Test
    void rawIdleTimeoutAtTheProxyEndsASilentOne() throws Exception {
        tunnelIsUp("rawIdleTimeout=300", "");
        try (SocketEnd visitor = visitor().asksFor("websocket");
                SocketEnd behind = service.accepts()) {
            behind.grants("websocket");
            visitor.head();

            assertThat(visitor.isCutOff()).isTrue();
            assertThat(behind.isCutOff()).isTrue();
        }
    }

    @Test
    void rawIdleTimeoutAtTheOriginEndsASilentOne() throws Exception {
        tunnelIsUp("", "rawIdleTimeout=300");
        try (SocketEnd visitor = visitor().asksFor("websocket");
                SocketEnd behind = service.accepts()) {
            behind.grants("websocket");
            visitor.head();

            assertThat(visitor.isCutOff()).isTrue();
            assertThat(behind.isCutOff()).isTrue();
        }
    }

    @Test
    void aHalfOpenOneMustMove() throws Exception {
        tunnelIsUp("", "bodyIdleTimeout=300");
        try (SocketEnd visitor = visitor().asksFor("websocket");
                SocketEnd behind = service.accepts()) {
            behind.grants("websocket");
            visitor.head();

            visitor.saysItsLast();

            assertThat(behind.isToldTheEnd()).isTrue();
            assertThat(visitor.isCutOff()).isTrue();
        }
    }

    @Test
    void aSuspendedOriginEndsItAfterDrainTimeout() throws Exception {
        tunnelIsUp("", "drainTimeout=700");
        try (SocketEnd visitor = visitor().asksFor("websocket");
                SocketEnd behind = service.accepts()) {
            behind.grants("websocket");
            visitor.head();

            long asked = System.nanoTime();
            rig.origin.getRouteController().suspendRoute("origin");
            visitor.says("goes on");
            assertThat(behind.readsText(7)).isEqualTo("goes on");
            assertThat(visitor.isCutOff()).isTrue();

            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - asked)).isBetween(600L, 5000L);
            assertThat(behind.isCutOff()).isTrue();
        }
    }
}
