package io.spdytunnel.front;

import static io.spdytunnel.front.FrontDoorOnLoopback.head;
import static io.spdytunnel.front.FrontDoorOnLoopback.respond;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.IncomingRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Large bodies, slow readers and early leavers, over real sockets. */
class StreamingVisitTest {

    private static final int MEBI = 1024 * 1024;
    private static final int SIZE = 64 * MEBI;

    private final ExecutorService workers = Executors.newCachedThreadPool();
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
        workers.shutdownNow();
    }

    /** As many bytes as asked for, the same for the same seed; counts what was taken. */
    private static final class RandomStream extends InputStream {

        private final Random random;
        private final AtomicLong taken = new AtomicLong();
        private long left;
        private volatile boolean closed;

        RandomStream(long seed, long size) {
            random = new Random(seed);
            left = size;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException("one by one takes too long");
        }

        @Override
        public int read(byte[] into, int offset, int size) {
            if (left == 0) {
                return -1;
            }
            byte[] some = new byte[(int) Math.min(left, size)];
            random.nextBytes(some);
            System.arraycopy(some, 0, into, offset, some.length);
            left -= some.length;
            taken.addAndGet(some.length);
            return some.length;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static byte[] digest(InputStream in) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] some = new byte[64 * 1024];
        for (int size = in.read(some); size >= 0; size = in.read(some)) {
            digest.update(some, 0, size);
        }
        return digest.digest();
    }

    private void uploads(SocketVisitor visitor, int size) throws IOException {
        OutputStream out = visitor.out();
        RandomStream source = new RandomStream(7, size);
        byte[] some = new byte[64 * 1024];
        for (int read = source.read(some, 0, some.length); read >= 0; read = source.read(some, 0, some.length)) {
            out.write(some, 0, read);
        }
        out.flush();
    }

    /** CAMEL.md 1: a body with a Content-Length over 1 MiB was refused. */
    @Test
    void sixtyFourMebibytesUp() throws Exception {
        try (SocketVisitor visitor = door.visitor()) {
            CompletableFuture<byte[]> received = new CompletableFuture<>();
            door.handler = request -> workers.execute(() -> {
                try {
                    received.complete(digest(request.body()));
                    respond(request, 200, "got it");
                } catch (Exception failure) {
                    received.completeExceptionally(failure);
                }
            });
            visitor.says("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + SIZE + "\r\n\r\n");
            uploads(visitor, SIZE);

            assertThat(received.get(20, TimeUnit.SECONDS)).isEqualTo(digest(new RandomStream(7, SIZE)));
            assertThat(visitor.reads().text()).isEqualTo("got it");
        }
    }

    /** CAMEL.md 12: a long response was held in memory as a whole. */
    @Test
    void sixtyFourMebibytesDown() throws Exception {
        try (SocketVisitor visitor = door.visitor()) {
            visitor.gets("/");
            arrived.take().respond(head(200), HttpBody.from(new RandomStream(7, SIZE), SIZE, workers));

            assertThat(visitor.line()).isEqualTo("HTTP/1.1 200 OK");
            assertThat(visitor.lines()).contains("content-length: " + SIZE);
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (int i = 0; i < SIZE / MEBI; i++) {
                digest.update(visitor.exactly(MEBI));
            }
            assertThat(digest.digest()).isEqualTo(digest(new RandomStream(7, SIZE)));
            visitor.gets("/");
            respond(arrived.take(), 200, "next");
            assertThat(visitor.reads().text()).isEqualTo("next");
        }
    }

    @Test
    void anEchoStreamsBothWaysAtOnce() throws Exception {
        door.handler = request -> request.respond(head(200), request.body());
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + 8 * MEBI + "\r\n\r\n");
            CompletableFuture<Void> sent = CompletableFuture.runAsync(
                    () -> {
                        try {
                            uploads(visitor, 8 * MEBI);
                        } catch (IOException failure) {
                            throw new IllegalStateException(failure);
                        }
                    },
                    workers);
            visitor.lines();
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(visitor.exactly(8 * MEBI));
            assertThat(digest.digest()).isEqualTo(digest(new RandomStream(7, 8 * MEBI)));
            sent.get(5, TimeUnit.SECONDS);
        }
    }

    /** CAMEL.md 2: eight slow uploads stopped the event loops for good. */
    @Test
    void uploadsThatNobodyReadsHoldNobodyUp() throws Exception {
        door.handler = request -> {
            if (request.head().uri().equals("/held")) {
                arrived.add(request);
            } else {
                respond(request, 200, "fast");
            }
        };
        SocketVisitor[] held = new SocketVisitor[8];
        for (int i = 0; i < held.length; i++) {
            held[i] = door.visitor();
            held[i].says("PUT /held HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            held[i].says("10000\r\n" + "x".repeat(0x10000) + "\r\n");
        }
        try (SocketVisitor visitor = door.visitor()) {
            for (int i = 0; i < 20; i++) {
                visitor.gets("/");
                assertThat(visitor.reads().text()).isEqualTo("fast");
            }
        }
        for (int i = 0; i < held.length; i++) {
            respond(arrived.take(), 200, "done");
        }
        for (SocketVisitor visitor : held) {
            assertThat(visitor.reads().text()).isEqualTo("done");
            visitor.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 67108864", "Transfer-Encoding: chunked"})
    void anEarlyRefusalIsSeenInTheMiddleOfAnUpload(String framing) throws Exception {
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says("PUT / HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n\r\n");
            if (framing.startsWith("T")) {
                visitor.says("4000000\r\n");
            }
            CompletableFuture<Void> sending = CompletableFuture.runAsync(
                    () -> {
                        try {
                            uploads(visitor, SIZE);
                        } catch (IOException hungUp) {
                            assertThat(hungUp).isNotNull(); // as it may
                        }
                    },
                    workers);
            IncomingRequest request = arrived.take();
            await().until(() -> request.body().available() > 0);

            respond(request, 413, "too large");

            SocketVisitor.Reply reply = visitor.reads();
            assertThat(reply.status()).isEqualTo(413);
            assertThat(reply.text()).isEqualTo("too large");
            assertThat(reply.header("Connection")).isEqualTo("close");
            visitor.leaves();
            sending.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void aSlowReaderStopsTheSource() throws Exception {
        try (SocketVisitor visitor = door.visitor()) {
            visitor.socket().setReceiveBufferSize(32 * 1024);
            visitor.gets("/");
            RandomStream source = new RandomStream(7, 1024L * MEBI);
            arrived.take().respond(head(200), HttpBody.from(source, HttpBody.UNKNOWN_LENGTH, workers));
            visitor.lines();
            long[] before = {-1};
            await().pollInterval(Duration.ofMillis(200)).until(() -> {
                long now = source.taken.get();
                boolean still = now == before[0];
                before[0] = now;
                return still;
            });

            // What the kernel's two buffers hold is not ours to bound.
            assertThat(source.taken.get()).isLessThan(16L * MEBI);
            visitor.leaves();
            await().atMost(Duration.ofSeconds(2)).until(() -> source.closed);
        }
    }

    /** CAMEL.md 19: a route that waited for the origin was not told that its visitor had left. */
    @ParameterizedTest
    @ValueSource(strings = {"reset", "streaming", "uploading", "half-closed upload"})
    void aVisitorWhoLeavesIsMissedWithinASecond(String how) throws Exception {
        try (SocketVisitor visitor = door.visitor()) {
            if (how.contains("upload")) {
                visitor.says("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc");
            } else {
                visitor.gets("/");
            }
            IncomingRequest request = arrived.take();
            RandomStream source = new RandomStream(7, 1024L * MEBI);
            if (how.equals("streaming")) {
                request.respond(head(200), HttpBody.from(source, HttpBody.UNKNOWN_LENGTH, workers));
                visitor.exactly(MEBI);
            }

            switch (how) {
                case "half-closed upload" -> visitor.socket().shutdownOutput();
                case "reset" -> {
                    visitor.socket().setSoLinger(true, 0);
                    visitor.leaves();
                }
                default -> visitor.leaves();
            }

            assertThat(request.ended()).failsWithin(Duration.ofSeconds(1));
            if (how.contains("upload")) {
                assertThat(request.body().readNBytes(3)).hasSize(3);
                assertThatThrownBy(() -> request.body().read()).hasMessage("the visitor left");
            }
            if (how.equals("streaming")) {
                await().atMost(Duration.ofSeconds(1)).until(() -> source.closed);
            }
        }
    }

    /** DESIGN.md 4: a truncated body never ends cleanly, also where only the end of the connection ends it. */
    @Test
    void aBodyOfHttp10ThatBreaksOffIsResetNotEnded() throws Exception {
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says("GET / HTTP/1.0\r\n\r\n");
            TrickleSource source = new TrickleSource(HttpBody.UNKNOWN_LENGTH);
            arrived.take().respond(head(200), source.body());
            source.gives("half of ");
            visitor.lines();
            assertThat(visitor.exactly(8)).hasSize(8);

            source.breaks();

            assertThatThrownBy(() -> visitor.in().read())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void piecesFromManyThreadsKeepTheirOrder() throws Exception {
        try (SocketVisitor visitor = door.visitor()) {
            visitor.gets("/");
            IncomingRequest request = arrived.take();
            TrickleSource source = new TrickleSource(HttpBody.UNKNOWN_LENGTH);
            request.respond(head(200), source.body());
            StringBuilder expected = new StringBuilder();
            for (int i = 0; i < 2000; i++) {
                String piece = i + ",";
                expected.append(piece);
                Runnable gives = () -> source.gives(piece);
                CompletableFuture.runAsync(gives, i % 3 == 0 ? request.eventLoop() : workers)
                        .get(5, TimeUnit.SECONDS);
            }
            source.ends();

            assertThat(visitor.reads().text()).isEqualTo(expected.toString());
        }
    }
}
