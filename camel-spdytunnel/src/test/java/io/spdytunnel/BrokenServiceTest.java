package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A service behind {@code forwardTo} that hangs up in the middle of its answer. */
@Timeout(30)
class BrokenServiceTest {

    /** A connection that closes is one way of ending a body; here it is none, whatever becomes of the head that said so. */
    @Test
    void aChunkedAnswerThatBreaksOffDoesNotEndCleanly() throws Exception {
        try (TunnelRig rig = new TunnelRig();
                SocketService service = new SocketService()) {
            rig.startsWith(new RouteBuilder() {
                @Override
                public void configure() {
                    from(rig.dial("origin1", "forwardTo=" + service.url())).log("${header.CamelHttpPath}");
                }
            });
            rig.isUp();
            assertThat(whatFollowsTheBreak(rig, service)).as("no last chunk").isEqualTo(-1);
        }
    }

    /** Reads an answer as far as the service gives it, has the service hang up, and gives what comes next: -1 at the end. */
    private static int whatFollowsTheBreak(TunnelRig rig, SocketService service) throws Exception {
        try (SocketEnd visitor = SocketEnd.to(rig.frontPort)
                        .says("GET / HTTP/1.1\r\nHost: localhost:" + rig.frontPort + "\r\n\r\n");
                SocketEnd behind = service.accepts()) {
            behind.readsUntil("\r\n\r\n");
            behind.says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            assertThat(visitor.readsUntil("hello\r\n")).startsWith("HTTP/1.1 200 OK");
            behind.socket().close();
            return visitor.socket().getInputStream().read();
        }
    }
}
