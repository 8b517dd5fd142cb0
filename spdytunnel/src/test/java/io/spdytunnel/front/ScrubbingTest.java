package io.spdytunnel.front;

import static io.spdytunnel.front.FrontDoorOnLoopback.head;
import static io.spdytunnel.front.FrontDoorOnLoopback.respond;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.HttpHandler;
import io.spdytunnel.http.IncomingRequest;
import io.spdytunnel.net.AddressRanges;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Visitors who give up what they asked for, as players do that seek in a film, and their neighbours. */
class ScrubbingTest {

    private static final int PIECE = 64 * 1024;
    private static final String RANGE = "GET /film HTTP/1.1\r\nHost: a\r\nRange: bytes=1000-\r\n";

    private final BlockingQueue<IncomingRequest> worked = new LinkedBlockingQueue<>();
    private final List<IncomingRequest> unfinished = new ArrayList<>();
    private FrontDoorOnLoopback door;

    private void opens(VisitorEdge edge) throws IOException {
        door = new FrontDoorOnLoopback(VisitorServerSettings.DEFAULT.withEdge(edge), null);
        door.handler = this::film;
    }

    @AfterEach
    void close() {
        door.close();
        worked.forEach(request -> request.body().abandon("the story is over"));
        assertThat(door.budget().used()).isZero();
    }

    private static VisitorEdge behind(AddressRanges proxyProtocolFrom, AddressRanges trusted) {
        return new VisitorEdge(AddressRanges.NONE, AddressRanges.NONE, proxyProtocolFrom, trusted, false);
    }

    private void film(IncomingRequest request) {
        request.respond(head(206, headers -> headers.set("Content-Type", "video/mp4")), new Film().body);
    }

    /** As long as nobody gives it up. */
    private static final class Film implements HttpBody.Source {
        private final HttpBody body = new HttpBody(HttpBody.UNKNOWN_LENGTH, this);
        private volatile boolean over;

        /** For visitors whose session has no room for many pieces. */
        HttpBody beforeItsFirstByte() {
            over = true;
            return body;
        }

        @Override
        public void wanted() {
            if (!over) {
                offer(PIECE);
            }
        }

        @Override
        public void consumed(int bytes) {
            if (!over) {
                offer(bytes);
            }
        }

        private void offer(int bytes) {
            body.offer(Unpooled.buffer(bytes).writeZero(bytes));
        }

        @Override
        public void abandoned(String why) {
            over = true;
        }
    }

    private void seeks(String prelude, String fields) throws IOException {
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says(prelude + RANGE + fields + "\r\n");
            assertThat(visitor.line()).isEqualTo("HTTP/1.1 206 Partial Content");
            visitor.exactly(PIECE);
        }
    }

    @Test
    void whoSeeksInAFilmIsNeverRefusedAndNorAreItsNeighbours() throws IOException {
        opens(VisitorEdge.OPEN);
        for (int i = 0; i < 30; i++) {
            for (int visitor = 0; visitor < 20; visitor++) {
                seeks("", "");
            }
        }
    }

    @Test
    void whoSeeksByHttp2KeepsItsConnection() throws Exception {
        opens(VisitorEdge.OPEN);
        try (FrameVisitor visitor = new FrameVisitor(door.server().localAddress())) {
            for (int i = 0; i < 600; i++) {
                int id = visitor.gets("/film");
                visitor.readsUntil(() -> visitor.soFar(id).bytes.size() >= PIECE);
                assertThat(visitor.soFar(id).status()).isEqualTo(206);
                visitor.resets(id);
            }
            door.handler = request -> respond(request, 200, "still here");
            assertThat(visitor.answer(visitor.gets("/")).text()).isEqualTo("still here");
        }
    }

    @Test
    void whoSeeksBySpdyKeepsItsConnection() throws Exception {
        opens(VisitorEdge.OPEN);
        door.handler = request -> request.respond(head(206), new Film().beforeItsFirstByte());
        try (SpdyFrameVisitor visitor = new SpdyFrameVisitor(door.server().localAddress())) {
            for (int i = 0; i < 600; i++) {
                int id = visitor.gets("/film");
                assertThat(visitor.answerBegun(id).status()).isEqualTo(206);
                visitor.resets(id);
            }
            door.handler = request -> respond(request, 200, "still here");
            assertThat(visitor.answer(visitor.gets("/")).text()).isEqualTo("still here");
        }
    }

    /** A page that asks for suggestions at each key gives up before the head, and a quick service is done by then. */
    @Test
    void whoGivesUpBeforeTheAnswerIsNotRefusedWhenNothingIsLeftOfIt() throws Exception {
        opens(VisitorEdge.OPEN);
        door.handler = worked::add;
        for (int i = 0; i < 300; i++) {
            try (SocketVisitor visitor = door.visitor()) {
                visitor.gets("/suggest?q=" + i);
                IncomingRequest request = worked.poll(10, TimeUnit.SECONDS);
                visitor.breaksOff();
                assertThat(request.ended()).failsWithin(Duration.ofSeconds(10));
                respond(request, 200, "suggestion");
            }
        }
        door.handler = request -> respond(request, 200, "welcome");
        try (SocketVisitor visitor = door.visitor()) {
            visitor.gets("/");
            assertThat(visitor.reads().status()).isEqualTo(200);
        }
    }

    private void asksAndLeaves(String prelude, String fields) throws Exception {
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says(prelude + "GET /slow HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
            IncomingRequest request = worked.poll(10, TimeUnit.SECONDS);
            assertThat(request).as("was refused").isNotNull();
            unfinished.add(request);
            visitor.breaksOff();
        }
    }

    private int statusOf(String prelude, String fields) throws IOException {
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says(prelude + "GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
            return visitor.reads().status();
        }
    }

    private void leavesAThousandUnfinishedAndOneOfTwoHundred(Telling telling) throws Exception {
        HttpHandler slow = worked::add;
        door.handler = slow;
        for (int i = 0; i < 1000; i++) {
            String visitor = "10.1." + i / 250 + "." + i % 250;
            asksAndLeaves(telling.prelude(visitor), telling.fields(visitor));
        }
        String greedy = "203.0.113.7";
        for (int i = 0; i < 200; i++) {
            asksAndLeaves(telling.prelude(greedy), telling.fields(greedy));
        }
        for (IncomingRequest request : unfinished) {
            assertThat(request.ended()).failsWithin(Duration.ofSeconds(10));
        }
        door.handler = request -> respond(request, 200, "hello");

        assertThat(statusOf(telling.prelude(greedy), telling.fields(greedy))).isEqualTo(429);
        assertThat(statusOf(telling.prelude("10.1.0.1"), telling.fields("10.1.0.1")))
                .isEqualTo(200);
        unfinished.forEach(request -> respond(request, 200, "nobody waits for it"));
        await().until(() -> statusOf(telling.prelude(greedy), telling.fields(greedy)) == 200);
    }

    /** How a balancer tells whom it speaks for. */
    private interface Telling {
        String prelude(String visitor);

        String fields(String visitor);
    }

    private static Telling field(String name, String before, String behind) {
        return new Telling() {
            @Override
            public String prelude(String visitor) {
                return "";
            }

            @Override
            public String fields(String visitor) {
                return name + ": " + before + visitor + behind + "\r\n";
            }
        };
    }

    @Test
    void behindATrustedBalancerEachVisitorCountsForItself() throws Exception {
        opens(behind(AddressRanges.NONE, AddressRanges.parse("127.0.0.1")));
        leavesAThousandUnfinishedAndOneOfTwoHundred(field("X-Forwarded-For", "198.51.100.1, ", ""));
    }

    @Test
    void behindOneThatSpeaksOfForwardedEachVisitorCountsForItself() throws Exception {
        opens(behind(AddressRanges.NONE, AddressRanges.parse("127.0.0.1")));
        leavesAThousandUnfinishedAndOneOfTwoHundred(
                field("Forwarded", "for=unknown, proto=https;For=\"", ":4711\";by=_me"));
    }

    @Test
    void behindABalancerThatSpeaksTheProxyProtocolEachVisitorCountsForItself() throws Exception {
        opens(behind(AddressRanges.parse("127.0.0.1"), AddressRanges.NONE));
        leavesAThousandUnfinishedAndOneOfTwoHundred(new Telling() {
            @Override
            public String prelude(String visitor) {
                return "PROXY TCP4 " + visitor + " 192.0.2.1 4711 80\r\n";
            }

            @Override
            public String fields(String visitor) {
                return "";
            }
        });
    }
}
