package io.spdytunnel.front;

import static io.spdytunnel.front.FrontDoorOnLoopback.head;
import static io.spdytunnel.front.FrontDoorOnLoopback.respond;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.IncomingRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/1.1 visitors who end their half behind a request, as {@code printf … | nc -N} does, and those who are gone. */
class HalfCloseTest {

    private static final String GET = SocketVisitor.get("/");

    private final BlockingQueue<IncomingRequest> arrived = new LinkedBlockingQueue<>();
    private FrontDoorOnLoopback door;

    @BeforeEach
    void open() throws IOException {
        door = new FrontDoorOnLoopback();
        door.handler = arrived::add;
    }

    @AfterEach
    void close() {
        door.close();
    }

    private IncomingRequest arrival() throws InterruptedException {
        IncomingRequest request = arrived.poll(10, TimeUnit.SECONDS);
        assertThat(request).isNotNull();
        return request;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.0\r\n\r\n",
                "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
                "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
            })
    void whoEndsItsHalfBehindAWholeRequestIsAnswered(String request) throws Exception {
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says(request);
            visitor.socket().shutdownOutput();
            IncomingRequest waiting = arrival();
            if (!waiting.body().isEmpty()) {
                assertThat(waiting.body().readAllBytes()).hasSize(3);
            }
            assertThat(waiting.ended())
                    .as("goes on while it waits")
                    .failsWithin(Duration.ofMillis(300))
                    .withThrowableOfType(java.util.concurrent.TimeoutException.class);

            respond(waiting, 200, "all of it");

            SocketVisitor.Reply reply = visitor.reads();
            assertThat(reply.text()).isEqualTo("all of it");
            assertThat(visitor.isHungUpOn()).isTrue();
            assertThat(waiting.ended()).succeedsWithin(Duration.ofSeconds(5));
        }
    }

    @Test
    void allRequestsThatCameBeforeItAreAnswered() throws Exception {
        door.handler = request -> respond(request, 200, request.head().uri());
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says(SocketVisitor.get("/1") + SocketVisitor.get("/2") + SocketVisitor.get("/3") + "GET /4 HT");
            visitor.socket().shutdownOutput();

            for (int i = 1; i <= 3; i++) {
                assertThat(visitor.reads().text()).isEqualTo("/" + i);
            }
            assertThat(visitor.isHungUpOn()).isTrue();
        }
    }

    @Test
    void aLongAnswerIsReadToItsEnd() throws Exception {
        door.handler = request ->
                request.respond(head(200), HttpBody.of(io.netty.buffer.Unpooled.wrappedBuffer(new byte[8 << 20])));
        try (SocketVisitor visitor = door.visitor()) {
            visitor.gets("/");
            visitor.socket().shutdownOutput();
            assertThat(visitor.reads().text()).hasSize(8 << 20);
        }
    }

    @Test
    void withoutAllOfTheBodyItIsAnAbort() throws Exception {
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabc");
            IncomingRequest request = arrival();

            visitor.socket().shutdownOutput();

            assertThat(request.ended()).failsWithin(Duration.ofSeconds(1));
            request.body().abandon("it is not whole");
        }
    }

    /** It looks the same as long as nothing is written to it. */
    @Test
    void whoIsGoneIsMissedWhenItIsWrittenTo() throws Exception {
        TrickleSource source = new TrickleSource(HttpBody.UNKNOWN_LENGTH);
        try (SocketVisitor visitor = door.visitor()) {
            visitor.gets("/");
            IncomingRequest request = arrival();
            visitor.leaves();
            request.respond(head(200), source.body());
            await().atMost(Duration.ofSeconds(5)).until(() -> {
                request.eventLoop().submit(() -> source.gives("x")).get();
                return request.ended().toCompletableFuture().isCompletedExceptionally();
            });
            assertThat(source.abandonedBecause()).isNotNull();
        }
    }

    @Test
    void whoResetsItsConnectionBehindItsHalfIsGone() throws Exception {
        try (SocketVisitor visitor = door.visitor()) {
            visitor.gets("/");
            IncomingRequest request = arrival();
            visitor.socket().setSoLinger(true, 0);
            visitor.leaves();
            assertThat(request.ended()).failsWithin(Duration.ofSeconds(1));
        }
    }

    /** A player or a page of events that is closed: the answer is under way, and its request long complete. */
    @Test
    void whoEndsItsHalfLongAfterTheAnswerBeganIsGone() throws Exception {
        TrickleSource source = new TrickleSource(HttpBody.UNKNOWN_LENGTH);
        try (SocketVisitor visitor = door.visitor()) {
            visitor.gets("/");
            IncomingRequest request = arrival();
            request.respond(head(200), source.body());
            visitor.lines();
            await().pollDelay(Duration.ofMillis(600)).until(() -> true); // its stay is the story

            visitor.socket().shutdownOutput();

            assertThat(request.ended()).failsWithin(Duration.ofSeconds(1));
        }
    }

    /** Without this an event stream whose reader is gone, and which has nothing to say, would be kept for ever. */
    @Test
    void withItsHalfEndedEvenAnEventStreamMustMove() {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(GET);
            visitor.channel().pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            TrickleSource source = new TrickleSource(HttpBody.UNKNOWN_LENGTH);
            visitor.onlyRequest()
                    .respond(head(200, headers -> headers.set("Content-Type", "text/event-stream")), source.body());
            visitor.hears();
            visitor.staysSilentFor(Duration.ofSeconds(59));
            assertThat(visitor.isConnected()).isTrue();

            visitor.staysSilentFor(Duration.ofSeconds(1));

            assertThat(visitor.isConnected()).isFalse();
            assertThat(source.abandonedBecause()).isNotNull();
        }
    }
}
