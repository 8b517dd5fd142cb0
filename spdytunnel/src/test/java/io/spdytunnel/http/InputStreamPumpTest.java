package io.spdytunnel.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A blocking stream as a body: read ahead so far and no further, holding no thread while nobody takes. */
class InputStreamPumpTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        threads.shutdownNow();
    }

    /** A worker that works when the test says so. */
    private static final class Workbench implements Executor {

        private final Queue<Runnable> waiting = new ArrayDeque<>();

        @Override
        public void execute(Runnable work) {
            waiting.add(work);
        }

        void works() {
            for (Runnable work = waiting.poll(); work != null; work = waiting.poll()) {
                work.run();
            }
        }

        int waiting() {
            return waiting.size();
        }
    }

    private static final class Endless extends InputStream {

        private long read;
        private boolean closed;

        @Override
        public int read() {
            read++;
            return 'x';
        }

        @Override
        public int read(byte[] into, int offset, int size) {
            read += size;
            return size;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** One that is all in its read. */
    private abstract static class OneRead extends InputStream {

        final AtomicBoolean closed = new AtomicBoolean();

        @Override
        public int read() throws IOException {
            return read(new byte[1], 0, 1);
        }

        @Override
        public abstract int read(byte[] into, int offset, int size) throws IOException;

        @Override
        public void close() {
            closed.set(true);
        }
    }

    private static final class Holding implements BodySink {

        private int held;
        private boolean ended;
        private @Nullable IOException failure;

        @Override
        public void data(ByteBuf bytes) {
            held += bytes.readableBytes();
            bytes.release();
        }

        @Override
        public void end(HttpHeaders trailers) {
            ended = true;
        }

        @Override
        public void failed(IOException cause) {
            failure = cause;
        }
    }

    @Test
    void readsAheadSoFarAndWakesNoWorkerForLittle() {
        Workbench workers = new Workbench();
        Endless in = new Endless();
        HttpBody body = HttpBody.from(in, HttpBody.UNKNOWN_LENGTH, workers);
        assertThat(workers.waiting()).as("nobody has asked yet").isZero();
        Holding sink = new Holding();
        body.pipeTo(sink);
        workers.works();
        assertThat(in.read).isEqualTo(64 * 1024);

        body.consumed(16 * 1024);
        assertThat(workers.waiting()).isZero();
        body.consumed(16 * 1024);
        workers.works();

        assertThat(in.read).isEqualTo(96 * 1024);
        body.abandon("enough");
        workers.works();
        assertThat(in.closed).isTrue();
    }

    @Test
    void aBodyNobodyWantsClosesItsStreamUnread() {
        Workbench workers = new Workbench();
        Endless in = new Endless();
        HttpBody.from(in, HttpBody.UNKNOWN_LENGTH, workers).abandon("no use");
        workers.works();

        assertThat(in.closed).isTrue();
        assertThat(in.read).isZero();
    }

    @Test
    void anotherLengthThanAnnouncedFailsTheBody() {
        for (int announced : new int[] {2, 4}) {
            Workbench workers = new Workbench();
            HttpBody body = HttpBody.from(new ByteArrayInputStream("abc".getBytes(US_ASCII)), announced, workers);
            Holding sink = new Holding();
            body.pipeTo(sink);
            workers.works();

            assertThat(sink.failure).hasMessageContaining(String.valueOf(announced));
            assertThat(sink.ended).isFalse();
            assertThat(sink.held).isLessThanOrEqualTo(announced);
        }
    }

    @Test
    void aStreamThatThrowsFailsTheBodyAndIsClosed() {
        RuntimeException bug = new IllegalStateException("bug");
        Workbench workers = new Workbench();
        OneRead in = new OneRead() {
            @Override
            public int read(byte[] into, int offset, int size) {
                throw bug;
            }
        };
        HttpBody body = HttpBody.from(in, HttpBody.UNKNOWN_LENGTH, workers);
        Holding sink = new Holding();
        body.pipeTo(sink);

        assertThatThrownBy(workers::works).isSameAs(bug);

        assertThat(sink.failure).hasMessageContaining("bug").hasCause(bug);
        assertThat(in.closed).isTrue();
    }

    @Test
    void withoutAWorkerTheBodyFails() {
        Endless in = new Endless();
        HttpBody body = HttpBody.from(in, HttpBody.UNKNOWN_LENGTH, work -> {
            throw new RejectedExecutionException("full");
        });
        Holding sink = new Holding();
        body.pipeTo(sink);

        assertThat(sink.failure).hasMessageContaining("no worker thread");
        assertThat(in.closed).isTrue();
        body.consumed(1);
    }

    /** The event stream of an origin that is silent: nobody must wait for its next byte to be rid of it. */
    @Test
    void aWorkerThatWaitsInAReadIsInterruptedWhenTheBodyIsAbandoned() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        OneRead in = new OneRead() {
            @Override
            public int read(byte[] into, int offset, int size) throws IOException {
                reading.countDown();
                try {
                    new CountDownLatch(1).await();
                    return -1;
                } catch (InterruptedException woken) {
                    Thread.currentThread().interrupt();
                    throw new IOException("woken", woken);
                }
            }
        };
        HttpBody body = HttpBody.from(in, HttpBody.UNKNOWN_LENGTH, threads);
        body.pipeTo(new Holding());
        assertThat(reading.await(5, TimeUnit.SECONDS)).isTrue();

        body.abandon("the visitor left");

        await().atMost(Duration.ofSeconds(1)).untilTrue(in.closed);
    }

    @Test
    void aBodyReadByAnotherBodysPumpArrivesWhole() throws Exception {
        byte[] bytes = new byte[3_000_000];
        Arrays.fill(bytes, (byte) 7);
        HttpBody inner = HttpBody.from(new ByteArrayInputStream(bytes), bytes.length, threads);
        HttpBody outer = HttpBody.from(inner, bytes.length, threads);

        assertThat(outer.readAllBytes()).isEqualTo(bytes);
    }
}
