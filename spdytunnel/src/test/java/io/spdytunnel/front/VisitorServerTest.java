package io.spdytunnel.front;

import static io.spdytunnel.front.FrontDoorOnLoopback.head;
import static io.spdytunnel.front.FrontDoorOnLoopback.respond;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.IncomingRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whole visits over real sockets, with bodies that fit a hand. */
class VisitorServerTest {

    private FrontDoorOnLoopback door;

    @BeforeEach
    void open() throws IOException {
        door = new FrontDoorOnLoopback();
    }

    @AfterEach
    void close() throws Exception {
        door.close();
    }

    @Test
    void answersARequest() throws IOException {
        try (SocketVisitor visitor = door.visitor()) {
            visitor.gets("/");

            SocketVisitor.Reply reply = visitor.reads();

            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.text()).isEqualTo("hello\n");
            assertThat(reply.header("Content-Length")).isEqualTo("6");
            assertThat(reply.header("Date")).endsWith(" GMT");
        }
    }

    /** CAMEL.md 10: replies came back in the order in which they were ready. */
    @Test
    void pipelinedRequestsAreAnsweredInOrderThoughTheSecondIsReadyFirst() throws Exception {
        BlockingQueue<IncomingRequest> arrived = new LinkedBlockingQueue<>();
        door.handler = request -> {
            arrived.add(request);
            if (!request.head().uri().equals("/slow")) {
                respond(request, 200, request.head().uri());
            }
        };
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says(SocketVisitor.get("/slow") + SocketVisitor.get("/2") + SocketVisitor.get("/3"));
            IncomingRequest slow = arrived.take();
            assertThat(arrived.poll(50, TimeUnit.MILLISECONDS))
                    .as("the next request, before its turn")
                    .isNull();

            respond(slow, 200, "slow");

            assertThat(visitor.reads().text()).isEqualTo("slow");
            assertThat(visitor.reads().text()).isEqualTo("/2");
            assertThat(visitor.reads().text()).isEqualTo("/3");
        }
    }

    /** CAMEL.md 11: the reply to HEAD carried a body, and spoilt the next reply of the connection. */
    @Test
    void headIsAnsweredWithoutABodyAndTheNextRequestIsUnaffected() throws IOException {
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + SocketVisitor.get("/"));

            SocketVisitor.Reply toHead = visitor.reads("HEAD");
            assertThat(toHead.header("Content-Length")).isEqualTo("6");
            assertThat(visitor.reads().text()).isEqualTo("hello\n");
        }
    }

    /** CAMEL.md 3: the second chunked upload of a connection failed with "Pipe closed". */
    @Test
    void twoChunkedUploadsOnOneConnection() throws IOException {
        door.handler = request -> request.respond(head(200), request.body());
        try (SocketVisitor visitor = door.visitor()) {
            for (String text : List.of("first", "other")) {
                visitor.says("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + "5\r\n" + text
                        + "\r\n3;why=not\r\nand\r\n0\r\nX-Sum: 8\r\n\r\n");

                SocketVisitor.Reply reply = visitor.reads();
                assertThat(reply.text()).isEqualTo(text + "and");
                assertThat(reply.trailers()).containsExactly("X-Sum: 8");
            }
        }
    }

    /** CAMEL.md 5: a chunked upload that waited for 100 waited for ever. */
    @Test
    void oneHundredIsSaidWhenSomebodyAsksForTheBody() throws Exception {
        BlockingQueue<IncomingRequest> arrived = new LinkedBlockingQueue<>();
        door.handler = arrived::add;
        for (String framing : List.of("Content-Length: 3", "Transfer-Encoding: chunked")) {
            try (SocketVisitor visitor = door.visitor()) {
                visitor.says("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n" + framing + "\r\n\r\n");
                IncomingRequest request = arrived.take();
                visitor.socket().setSoTimeout(50);
                assertThatThrownBy(() -> visitor.in().read()).isInstanceOf(IOException.class);
                visitor.socket().setSoTimeout(20_000);

                request.respond(head(200), request.body());

                assertThat(visitor.reads("PUT").status()).isEqualTo(100);
                visitor.says(framing.startsWith("C") ? "yes" : "3\r\nyes\r\n0\r\n\r\n");
                SocketVisitor.Reply reply = visitor.reads("PUT");
                assertThat(reply.status()).isEqualTo(200);
                assertThat(reply.text()).isEqualTo("yes");
                assertThat(reply.header("Connection")).isEmpty();
            }
        }
    }

    @Test
    void whoIsRefusedIsNotToldToContinue() throws IOException {
        door.handler = request -> respond(request, 401, "who are you?");
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");

            SocketVisitor.Reply reply = visitor.reads("PUT");

            assertThat(reply.status()).isEqualTo(401);
            assertThat(reply.header("Connection")).isEqualTo("close");
            assertThat(visitor.isHungUpOn()).isTrue();
        }
    }

    @Test
    void aThousandRequestsOnOneConnection() throws IOException {
        try (SocketVisitor visitor = door.visitor()) {
            for (int i = 0; i < 1000; i++) {
                visitor.gets("/" + i);
                assertThat(visitor.reads().text()).isEqualTo("hello\n");
            }
            assertThat(door.server().connections()).isEqualTo(1);
        }
    }

    /** CAMEL.md 14: with Connection: close, or in HTTP/1.0, a streamed body ended after its first 8 KiB. */
    @Test
    void aStreamedBodyArrivesInFullThoughTheConnectionIsToBeClosed() throws IOException {
        byte[] megabyte = new byte[1024 * 1024];
        door.handler = request -> request.respond(
                head(200), HttpBody.from(new ByteArrayInputStream(megabyte), HttpBody.UNKNOWN_LENGTH, door.loops()));
        for (String end :
                List.of("HTTP/1.1\r\nConnection: close", "HTTP/1.0\r\nX: y", "HTTP/1.0\r\nConnection: keep-alive")) {
            try (SocketVisitor visitor = door.visitor()) {
                visitor.says("GET / " + end + "\r\nHost: a\r\n\r\n");

                SocketVisitor.Reply reply = visitor.reads();

                assertThat(reply.text()).hasSize(megabyte.length);
                assertThat(reply.header("Connection")).isEqualTo("close");
                assertThat(reply.header("Transfer-Encoding")).isEqualTo(end.contains("1.1") ? "chunked" : "");
                assertThat(visitor.isHungUpOn()).isTrue();
            }
        }
    }

    @Test
    void http10KeepsTheConnectionIfAskedAndIfTheLengthIsKnown() throws IOException {
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            assertThat(visitor.reads().header("Connection")).isEqualTo("keep-alive");

            visitor.says("GET / HTTP/1.0\r\n\r\n");
            assertThat(visitor.reads().text()).isEqualTo("hello\n");
            assertThat(visitor.isHungUpOn()).isTrue();
        }
    }

    @Test
    void aPortInUseIsNamed() {
        assertThatThrownBy(() -> VisitorServer.bind(
                        door.server().localAddress(),
                        VisitorServerSettings.DEFAULT,
                        door.loops(),
                        door.budget(),
                        null,
                        request -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot listen for visitors on")
                .hasMessageContaining(":" + door.server().localAddress().getPort() + ": ");
    }

    @Test
    void aClosingDoorLetsRunningExchangesFinish() throws Exception {
        BlockingQueue<IncomingRequest> arrived = new LinkedBlockingQueue<>();
        door.handler = arrived::add;
        try (SocketVisitor idle = door.visitor();
                SocketVisitor busy = door.visitor()) {
            idle.gets("/");
            respond(arrived.take(), 200, "fine");
            assertThat(idle.reads().text()).isEqualTo("fine");
            busy.gets("/");
            IncomingRequest running = arrived.take();

            var closed = door.server().close(Duration.ofSeconds(10)).toCompletableFuture();

            assertThat(idle.isHungUpOn()).isTrue();
            assertThatThrownBy(door::visitor).isInstanceOf(IOException.class);
            assertThat(closed).isNotDone();
            respond(running, 200, "late");
            SocketVisitor.Reply reply = busy.reads();
            assertThat(reply.text()).isEqualTo("late");
            assertThat(reply.header("Connection")).isEqualTo("close");
            assertThat(closed).succeedsWithin(Duration.ofSeconds(5));
        }
    }

    @Test
    void aPortIsFreeOnceItsDoorHasClosed() throws Exception {
        for (int i = 0; i < 10; i++) {
            VisitorServer first = VisitorServer.bind(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    VisitorServerSettings.DEFAULT,
                    door.loops(),
                    door.budget(),
                    null,
                    request -> {});
            first.close(Duration.ZERO).toCompletableFuture().get(5, TimeUnit.SECONDS);
            VisitorServer second = VisitorServer.bind(
                    first.localAddress(),
                    VisitorServerSettings.DEFAULT,
                    door.loops(),
                    door.budget(),
                    null,
                    request -> {});
            second.close(Duration.ZERO).toCompletableFuture().get(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void whatDoesNotFinishInTheDrainIsCut() throws Exception {
        BlockingQueue<IncomingRequest> arrived = new LinkedBlockingQueue<>();
        door.handler = arrived::add;
        try (SocketVisitor visitor = door.visitor()) {
            visitor.gets("/");
            IncomingRequest running = arrived.take();

            door.server().close(Duration.ofMillis(50)).toCompletableFuture().get(5, TimeUnit.SECONDS);

            assertThat(running.ended()).failsWithin(Duration.ofSeconds(5));
            assertThat(visitor.isHungUpOn()).isTrue();
            respond(running, 200, "into the void");
        }
    }

    @Test
    void twoHundredVisitorsAtOnce() throws Exception {
        List<SocketVisitor> visitors = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                visitors.add(door.visitor());
            }
            for (SocketVisitor visitor : visitors) {
                visitor.gets("/");
            }
            for (SocketVisitor visitor : visitors) {
                assertThat(visitor.reads().text()).isEqualTo("hello\n");
            }
            assertThat(door.server().connections()).isEqualTo(200);
        } finally {
            for (SocketVisitor visitor : visitors) {
                visitor.close();
            }
        }
    }

    @Test
    void oneVisitorTooManyIsTurnedAway() throws Exception {
        try (var small = new FrontDoorOnLoopback(VisitorServerSettings.DEFAULT.withMaxConnections(1), null);
                SocketVisitor first = small.visitor()) {
            first.gets("/");
            assertThat(first.reads().status()).isEqualTo(200);
            try (SocketVisitor second = small.visitor()) {
                assertThat(second.reads().status()).isEqualTo(503);
            }
        }
    }

    /** CAMEL.md 17 and 20: headers were dropped, and what Connection names was passed on. */
    @Test
    void responseHeadersPassUnchangedButForThoseOfTheOtherConnection() throws IOException {
        door.handler = request -> request.respond(
                head(200, headers -> headers.add("Cache-Control", "no-store")
                        .add("Via", "1.1 attic")
                        .add("Date", "Thu, 01 Jan 1970 00:00:00 GMT")
                        .add("Set-Cookie", "a=1")
                        .add("X-Latin", "caf\u00e9")
                        .add("Set-Cookie", "b=2")
                        .add("Connection", "X-Hop, keep-alive")
                        .add("X-Hop", "mine")
                        .add("Keep-Alive", "timeout=3")
                        .add("Transfer-Encoding", "gzip")
                        .add("Upgrade", "h2c")),
                HttpBody.of(Unpooled.copiedBuffer("x", StandardCharsets.US_ASCII)));
        try (SocketVisitor visitor = door.visitor()) {
            visitor.gets("/");

            SocketVisitor.Reply reply = visitor.reads();

            assertThat(reply.headers())
                    .containsExactly(
                            "Cache-Control: no-store",
                            "Via: 1.1 attic",
                            "Date: Thu, 01 Jan 1970 00:00:00 GMT",
                            "Set-Cookie: a=1",
                            "X-Latin: caf\u00e9",
                            "Set-Cookie: b=2",
                            "content-length: 1");
        }
    }
}
