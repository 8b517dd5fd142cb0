package io.spdytunnel.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import io.spdytunnel.http.HttpBody;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Visitors in numbers who send or read next to nothing, over real sockets: DEFENCES row 17. */
class DefencesVisitorsTest {

    /** DEFENCES has 1000; {@code -Dvisitors=1000} where as many sockets may be open. */
    private static final int VISITORS = Integer.getInteger("visitors", 100);

    private static final int WINDOW = 64 * 1024;

    private final List<SocketVisitor> visitors = new ArrayList<>();
    private final List<FrameVisitor> http2 = new ArrayList<>();
    private final List<SpdyFrameVisitor> spdy = new ArrayList<>();
    private final AtomicLong offered = new AtomicLong();
    private FrontDoorOnLoopback door;

    @AfterEach
    void close() throws IOException {
        for (SocketVisitor visitor : visitors) {
            visitor.close();
        }
        for (FrameVisitor visitor : http2) {
            visitor.close();
        }
        for (SpdyFrameVisitor visitor : spdy) {
            visitor.close();
        }
        door.close();
    }

    private void opens(Duration head) throws IOException {
        opensDoor(head);
        for (int i = 0; i < VISITORS; i++) {
            visitors.add(door.visitor());
        }
    }

    private void opensDoor(Duration head) throws IOException {
        VisitorTimeouts usual = VisitorTimeouts.DEFAULT;
        door = new FrontDoorOnLoopback(
                VisitorServerSettings.DEFAULT.withTimeouts(
                        new VisitorTimeouts(head, usual.keepAlive(), usual.bodyIdle(), usual.linger())),
                null);
    }

    /** Sessions are told to go away: there is no stream yet that could be answered with 408. */
    @Test
    void row17SessionsWhoseFirstHeadNeverEndsAreClosedAndOthersServed() throws Exception {
        opensDoor(Duration.ofSeconds(3));
        long began = System.nanoTime();
        List<byte[]> openings = new ArrayList<>();
        for (int i = 0; i < VISITORS; i++) {
            http2.add(new FrameVisitor(door.server().localAddress()));
            http2.get(i).frame(FrameVisitor.HEADERS, FrameVisitor.END_STREAM, 1, Unpooled.EMPTY_BUFFER);
            spdy.add(new SpdyFrameVisitor(door.server().localAddress()));
            openings.add(spdy.get(i).opening(true, SpdyFrameVisitor.request("GET", "/")));
        }
        for (int second = 0; second < 2; second++) {
            for (int i = 0; i < VISITORS; i++) {
                http2.get(i).frame(FrameVisitor.CONTINUATION, 0, 1, Unpooled.wrappedBuffer(new byte[] {(byte) 0x82}));
                spdy.get(i).says(new byte[] {openings.get(i)[second]});
            }
            isServed();
            await().pollDelay(Duration.ofSeconds(1)).until(() -> true); // their pace is the story: a byte a second
        }

        for (int i = 0; i < VISITORS; i++) {
            http2.get(i).hearsGoAwayAndTheEnd();
            spdy.get(i).hearsGoAwayAndTheEnd();
        }

        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(20));
        isServed();
    }

    @Test
    void row17StreamsThatNobodyReadsStallAlone() throws Exception {
        opensDoor(VisitorTimeouts.DEFAULT.head());
        door.handler = request -> {
            if (request.head().uri().equals("/endless")) {
                request.respond(FrontDoorOnLoopback.head(200), new Endless().body);
            } else {
                FrontDoorOnLoopback.respond(request, 200, "hello\n");
            }
        };
        for (int i = 0; i < VISITORS; i++) {
            http2.add(new FrameVisitor(door.server().localAddress()));
            http2.get(i).gets("/endless");
            spdy.add(new SpdyFrameVisitor(door.server().localAddress()));
            spdy.get(i).gets("/endless");
        }

        await().atMost(20, TimeUnit.SECONDS).until(() -> offered.get() == 2L * VISITORS * WINDOW);
        for (int i = 0; i < 20; i++) {
            isServed();
        }

        assertThat(offered.get()).as("under way to who reads nothing").isEqualTo(2L * VISITORS * WINDOW);
        assertThat(door.server().connections()).isGreaterThanOrEqualTo(2 * VISITORS);
    }

    private void isServed() throws IOException {
        try (SocketVisitor innocent = door.visitor()) {
            innocent.gets("/");
            assertThat(innocent.reads().text()).isEqualTo("hello\n");
        }
    }

    @Test
    void row17VisitorsWhoSendTheirHeadByteByByteAreAnswered408AndOthersServed() throws Exception {
        opens(Duration.ofSeconds(3));
        long began = System.nanoTime();
        String head = "GET / HTTP/1.1\r\n";
        for (int i = 0; i < 2; i++) {
            for (SocketVisitor visitor : visitors) {
                visitor.says(head.substring(i, i + 1));
            }
            isServed();
            await().pollDelay(Duration.ofSeconds(1)).until(() -> true); // their pace is the story: a byte a second
        }

        for (SocketVisitor visitor : visitors) {
            assertThat(visitor.reads().status()).isEqualTo(408);
        }

        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(15));
        isServed();
    }

    /** A body without end, as fast as it is taken, with a stream's first window under way. */
    private final class Endless implements HttpBody.Source {
        private final HttpBody body = new HttpBody(HttpBody.UNKNOWN_LENGTH, this);
        private volatile boolean over;

        @Override
        public void wanted() {
            offer(WINDOW);
        }

        @Override
        public void consumed(int bytes) {
            offered.addAndGet(-bytes);
            if (!over) {
                offer(bytes);
            }
        }

        private void offer(int bytes) {
            offered.addAndGet(bytes);
            body.offer(Unpooled.buffer(bytes).writeZero(bytes));
        }

        @Override
        public void abandoned(String why) {
            over = true;
        }
    }

    @Test
    void row17VisitorsWhoReadNothingStallTheirOwnAnswersOnly() throws Exception {
        opens(VisitorTimeouts.DEFAULT.head());
        door.handler = request -> {
            if (request.head().uri().equals("/endless")) {
                request.respond(FrontDoorOnLoopback.head(200), new Endless().body);
            } else {
                FrontDoorOnLoopback.respond(request, 200, "hello\n");
            }
        };
        for (SocketVisitor visitor : visitors) {
            visitor.gets("/endless");
        }

        await().atMost(20, TimeUnit.SECONDS).until(() -> offered.get() == (long) VISITORS * WINDOW);
        for (int i = 0; i < 20; i++) {
            isServed();
        }

        assertThat(offered.get()).as("under way to who reads nothing").isEqualTo((long) VISITORS * WINDOW);
        assertThat(door.server().connections()).isGreaterThanOrEqualTo(VISITORS);
    }
}
