package io.spdytunnel.front;

import static io.spdytunnel.front.FrontDoorOnLoopback.head;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.HttpResponse;
import io.spdytunnel.http.FedBody;
import io.spdytunnel.http.IncomingRequest;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONNECT and Upgrade of an HTTP/1.1 visitor, before anybody passes them on. */
class RawVisitTest {

    private static final String UPGRADE =
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n";

    private final FedBody fed = new FedBody();

    private static HttpResponse grant() {
        return head(101, headers -> headers.add("Upgrade", "websocket").add("X-Mine", "1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET / HTTP/1.1     | Connection: upgrade          | Upgrade: websocket        | true",
                "POST / HTTP/1.1    | Connection: close, UPGRADE   | Upgrade: x/1.1            | true",
                "GET / HTTP/1.1     | Connection: upgrade          | Upgrade: h2c, websocket   | true",
                "CONNECT a:1 HTTP/1.1 | X-Any: thing               | X-Other: thing            | true",
                "CONNECT a:1 HTTP/1.0 | X-Any: thing               | X-Other: thing            | true",
                "GET / HTTP/1.0     | Connection: upgrade          | Upgrade: websocket        | false",
                "GET / HTTP/1.1     | Connection: keep-alive       | Upgrade: websocket        | false",
                "HEAD / HTTP/1.1    | Connection: upgrade          | Upgrade: websocket        | false",
                "GET / HTTP/1.1     | Connection: upgrade          | Upgrade: h2c              | false",
                "GET / HTTP/1.1     | Connection: upgrade          | Upgrade: TLS/1.2          | false",
                "GET / HTTP/1.1     | Connection: upgrade          | Upgrade: not a token      | false",
            })
    void rawBytesAreAskedForInSoManyWords(String line, String first, String second, boolean asks) {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(line + "\r\nHost: a\r\n" + first + "\r\n" + second + "\r\n\r\n");

            assertThat(visitor.onlyRequest().asksForRaw()).isEqualTo(asks);
            assertThat(visitor.onlyRequest().body().isEmpty()).isEqualTo(!asks);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 3\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"})
    void aRequestWithABodyIsNotUpgraded(String rest) {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says("POST / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n" + rest);

            assertThat(visitor.onlyRequest().asksForRaw()).isFalse();
        }
    }

    @Test
    void whatComesBeforeTheGrantIsKeptForIt() {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(UPGRADE + "early");
            IncomingRequest request = visitor.onlyRequest();
            assertThat(request.body().available()).isZero();

            request.respond(grant(), fed.body());
            fed.says("down");

            assertThat(request.body().available()).isEqualTo(5);
            visitor.says("GET / no longer HTTP");
            assertThat(request.body().available()).isEqualTo(25);
            assertThat(visitor.hears())
                    .isEqualTo("HTTP/1.1 101 Switching Protocols\r\nX-Mine: 1\r\nupgrade: websocket\r\n"
                            + "connection: upgrade\r\n\r\ndown");
            assertThat(fed.taken()).isEqualTo(4);
        }
        assertThat(fed.abandonedBecause()).isNotEmpty();
    }

    @Test
    void asManyBytesAreReadAsSomebodyTakes() {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(UPGRADE);
            visitor.onlyRequest().respond(grant(), fed.body());
            visitor.asksForBytes();

            visitor.says("x".repeat(63 * 1024));
            assertThat(visitor.asksForBytes()).isPositive();
            visitor.says("x".repeat(1024));
            assertThat(visitor.asksForBytes()).isZero();
        }
    }

    @Test
    void aVisitorWhoLeavesBeforeTheGrantIsGone() {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(UPGRADE);
            IncomingRequest request = visitor.onlyRequest();
            visitor.leaves();

            assertThat(request.ended().toCompletableFuture()).isCompletedExceptionally();
            request.respond(grant(), fed.body());
            assertThat(fed.abandonedBecause()).isNotEmpty();
        }
    }

    @Test
    void aRefusedOneBreaksOffWithoutAByte() {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(UPGRADE + UPGRADE);
            IncomingRequest first = visitor.requests.get(0);

            FrontDoorOnLoopback.respond(first, 403, "no");

            assertThatThrownBy(() -> first.body().read())
                    .as("an end would be the visitor's")
                    .isInstanceOf(IOException.class)
                    .hasMessage("the raw stream was not granted");
            assertThat(visitor.hears()).startsWith("HTTP/1.1 403 Forbidden\r\n").doesNotContain("upgrade");
            assertThat(visitor.requests).hasSize(2);
        }
    }

    @Test
    void aGrantThatWasNotAskedForIs502() {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

            visitor.onlyRequest().respond(grant(), fed.body());

            assertThat(visitor.hears()).startsWith("HTTP/1.1 502 Bad Gateway\r\n");
            assertThat(fed.abandonedBecause()).isNotEmpty();
        }
    }

    @Test
    void aClosingFrontDoorCutsRawVisitorsAfterItsPatience() throws Exception {
        try (FrontDoorOnLoopback door = new FrontDoorOnLoopback();
                SocketVisitor visitor = door.visitor()) {
            door.handler = request -> request.respond(grant(), fed.body());
            visitor.says(UPGRADE);
            assertThat(visitor.line()).startsWith("HTTP/1.1 101 ");
            visitor.lines();

            CompletionStage<Void> closed = door.server().close(Duration.ofMillis(300));

            assertThatThrownBy(() -> visitor.in().read()).isInstanceOf(SocketException.class);
            closed.toCompletableFuture().get(5, TimeUnit.SECONDS);
            assertThat(fed.abandonedBecause()).isNotEmpty();
        }
    }
}
