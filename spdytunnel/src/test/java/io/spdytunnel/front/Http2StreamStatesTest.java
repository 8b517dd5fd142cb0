package io.spdytunnel.front;

import static io.spdytunnel.front.FrontDoorOnLoopback.respond;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.spdytunnel.http.IncomingRequest;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames that a stream's state does not allow (RFC 9113 5.1, 5.1.1): what h2spec asks, and what it does not. */
class Http2StreamStatesTest {

    private static final long PROTOCOL_ERROR = 1;
    private static final long STREAM_CLOSED = 5;

    private final BlockingQueue<IncomingRequest> arrived = new LinkedBlockingQueue<>();
    private FrontDoorOnLoopback door;

    @BeforeEach
    void open() throws Exception {
        door = new FrontDoorOnLoopback();
    }

    @AfterEach
    void close() {
        door.close();
        assertThat(door.budget().used()).isZero();
    }

    private FrameVisitor visits() throws Exception {
        return new FrameVisitor(door.server().localAddress());
    }

    private static Http2Headers request() {
        return new DefaultHttp2Headers(false)
                .method("GET")
                .scheme("http")
                .authority("a")
                .path("/");
    }

    @Test
    void headersOnAClosedStreamEndTheConnection() throws Exception {
        try (FrameVisitor visitor = visits()) {
            int id = visitor.gets("/");
            visitor.answer(id);
            visitor.sendsHeaders(id, request(), true);
            assertThat(visitor.hearsGoAwayAndTheEnd()).isEqualTo(STREAM_CLOSED);
        }
    }

    @Test
    void headersOnAStreamThatTheVisitorResetEndTheConnection() throws Exception {
        door.handler = arrived::add;
        try (FrameVisitor visitor = visits()) {
            int id = visitor.gets("/");
            visitor.resets(id);
            visitor.sendsHeaders(id, request(), true);
            assertThat(visitor.hearsGoAwayAndTheEnd()).isEqualTo(STREAM_CLOSED);
        }
        respond(arrived.take(), 200, "nobody waits for it");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 9})
    void anIdLowerThanThoseBeforeEndsTheConnection(int low) throws Exception {
        try (FrameVisitor visitor = visits()) {
            for (int id : new int[] {3, 5, 11}) {
                visitor.sendsHeaders(id, request(), true);
                assertThat(visitor.answer(id).status()).isEqualTo(200);
            }
            visitor.sendsHeaders(low, request(), true);
            assertThat(visitor.hearsGoAwayAndTheEnd()).isEqualTo(PROTOCOL_ERROR);
        }
    }

    @Test
    void anEvenIdEndsTheConnection() throws Exception {
        try (FrameVisitor visitor = visits()) {
            visitor.sendsHeaders(2, request(), true);
            assertThat(visitor.hearsGoAwayAndTheEnd()).isEqualTo(PROTOCOL_ERROR);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {FrameVisitor.DATA, FrameVisitor.RST_STREAM, FrameVisitor.WINDOW_UPDATE})
    void aFrameOnAStreamThatNobodyOpenedEndsTheConnection(int type) throws Exception {
        try (FrameVisitor visitor = visits()) {
            visitor.frame(type, 0, 5, Unpooled.copyInt(8));
            assertThat(visitor.hearsGoAwayAndTheEnd()).isEqualTo(PROTOCOL_ERROR);
        }
    }

    /** The window has gone back to the budget by then: those bytes were given back twice. */
    @Test
    void dataBehindTheEndOfARequestCostsItsStreamAndNoMemory() throws Exception {
        door.handler = arrived::add;
        try (FrameVisitor visitor = visits()) {
            int id = visitor.gets("/");
            visitor.sends(id, new byte[1000], false);
            assertThat(visitor.answer(id).reset).isEqualTo(STREAM_CLOSED);
            respond(arrived.take(), 200, "nobody waits for it");
            door.handler = request -> respond(request, 200, "still here");
            assertThat(visitor.answer(visitor.gets("/")).text()).isEqualTo("still here");
        }
    }

    @Test
    void headersBehindTheEndOfARequestCostItsStream() throws Exception {
        door.handler = arrived::add;
        try (FrameVisitor visitor = visits()) {
            int id = visitor.gets("/");
            visitor.sendsHeaders(id, request(), true);
            assertThat(visitor.answer(id).reset).isEqualTo(STREAM_CLOSED);
            respond(arrived.take(), 200, "nobody waits for it");
        }
    }

    /** It was on its way when the door reset the stream, and is no fault. */
    @Test
    void whatComesForAStreamThatTheDoorHasResetIsNoFault() throws Exception {
        try (FrameVisitor visitor = visits()) {
            for (int i = 0; i < 250; i++) {
                int id = visitor.opens("PUT", "/", false);
                visitor.readsUntil(() -> visitor.soFar(id).reset >= 0);
                visitor.sends(id, new byte[10], false);
                visitor.sendsHeaders(id, new DefaultHttp2Headers(false).add("x-sum", "1"), true);
            }
            assertThat(visitor.answer(visitor.gets("/")).status()).isEqualTo(200);
        }
    }
}
