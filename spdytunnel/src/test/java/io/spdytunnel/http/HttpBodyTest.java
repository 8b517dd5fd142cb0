package io.spdytunnel.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both doors of a body, its credit, and what happens when two threads meet in it. */
class HttpBodyTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Tap tap = new Tap();
    private final HttpBody body = new HttpBody(HttpBody.UNKNOWN_LENGTH, tap);

    @AfterEach
    void close() {
        body.abandon("the story is over");
        threads.shutdownNow();
    }

    /** A source that only remembers. */
    private static final class Tap implements HttpBody.Source {

        final AtomicInteger wanted = new AtomicInteger();
        final AtomicInteger consumed = new AtomicInteger();
        final AtomicInteger abandoned = new AtomicInteger();
        volatile @Nullable Thread thread;

        @Override
        public void wanted() {
            wanted.incrementAndGet();
        }

        @Override
        public void consumed(int bytes) {
            assertThat(bytes).isPositive();
            consumed.addAndGet(bytes);
        }

        @Override
        public void abandoned(String why) {
            abandoned.incrementAndGet();
        }

        @Override
        public boolean isCurrentThread() {
            return Thread.currentThread() == thread;
        }
    }

    /** A sink that gives everything back at once, unless told otherwise. */
    private static final class Basin implements BodySink {

        final StringBuilder text = new StringBuilder();
        final AtomicReference<HttpHeaders> trailers = new AtomicReference<>();
        final AtomicReference<IOException> failure = new AtomicReference<>();
        final AtomicInteger inside = new AtomicInteger();
        private final HttpBody body;

        Basin(HttpBody body) {
            this.body = body;
        }

        @Override
        public void data(ByteBuf bytes) {
            assertThat(inside.incrementAndGet()).as("calls at one time").isEqualTo(1);
            int size = bytes.readableBytes();
            text.append(bytes.toString(US_ASCII));
            bytes.release();
            body.consumed(size);
            inside.decrementAndGet();
        }

        @Override
        public void end(HttpHeaders last) {
            assertThat(trailers.getAndSet(last)).isNull();
        }

        @Override
        public void failed(IOException cause) {
            assertThat(failure.getAndSet(cause)).isNull();
        }
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, US_ASCII);
    }

    private String read(int size) throws IOException {
        return new String(body.readNBytes(size), US_ASCII);
    }

    // ---- one door at a time

    @Test
    void pipesWhatIsThereAndWhatComes() {
        body.offer(bytes("a"));
        Basin basin = new Basin(body);
        body.pipeTo(basin);
        body.offer(bytes("b"));
        HttpHeaders trailers = new DefaultHttpHeaders().add("X", "y");
        body.finish(trailers);

        assertThat(basin.text).hasToString("ab");
        assertThat(basin.trailers).hasValue(trailers);
        assertThat(body.trailers()).isSameAs(trailers);
        assertThat(tap.consumed).hasValue(2);
        assertThat(tap.wanted).hasValue(1);
        assertThat(tap.abandoned).hasValue(0);
    }

    @Test
    void readsInPiecesAndToTheEnd() throws IOException {
        body.offer(bytes("abc"));
        body.offer(bytes("de"));
        body.finish(EmptyHttpHeaders.INSTANCE);

        assertThat(body.available()).isEqualTo(5);
        assertThat(body.read()).isEqualTo('a');
        assertThat(tap.consumed).hasValue(1);
        assertThat(read(4)).isEqualTo("bcde");
        assertThat(body.read()).isEqualTo(-1);
        assertThat(body.read()).isEqualTo(-1);
        body.close();
        assertThat(tap.consumed).hasValue(5);
        assertThat(tap.abandoned).hasValue(0);
    }

    @Test
    void whoHasReadIsNamedToWhoComesLate() throws IOException {
        body.offer(bytes("a"));
        assertThat(read(1)).isEqualTo("a");

        assertThat(body.isUntouched()).isFalse();
        assertThatThrownBy(() -> body.pipeTo(new Basin(body)))
                .isInstanceOf(BodyAlreadyReadException.class)
                .hasMessageContaining(HttpBodyTest.class.getName());
    }

    @Test
    void whatIsPipedIsNeitherReadNorPipedAgain() {
        body.pipeTo(new Basin(body));

        assertThatThrownBy(body::read)
                .isInstanceOf(BodyAlreadyReadException.class)
                .hasMessageContaining(Basin.class.getName());
        assertThatThrownBy(() -> body.pipeTo(new Basin(body))).isInstanceOf(BodyAlreadyReadException.class);
        body.close(); // as Camel does with every stream of an exchange
        assertThat(tap.abandoned).hasValue(0);
    }

    @Test
    void whatWasAbandonedSaysSo() {
        body.offer(bytes("abc"));
        body.abandon("no use for it");

        assertThat(tap.consumed).hasValue(3);
        assertThat(tap.abandoned).hasValue(1);
        assertThat(tap.wanted).hasValue(0);
        assertThatThrownBy(() -> body.pipeTo(new Basin(body))).hasMessageContaining("no use for it");
        assertThatThrownBy(body::read).isExactlyInstanceOf(IOException.class);
        body.abandon("again");
        body.offer(bytes("late"));
        assertThat(tap.consumed).hasValue(7);
        assertThat(tap.abandoned).hasValue(1);
    }

    @Test
    void aReaderWhoClosesEarlyAbandons() throws IOException {
        body.offer(bytes("abc"));
        assertThat(read(1)).isEqualTo("a");

        body.close();

        assertThat(tap.consumed).hasValue(3);
        assertThat(tap.abandoned).hasValue(1);
        assertThatThrownBy(body::read).isExactlyInstanceOf(IOException.class);
    }

    @Test
    void onlyAnUntouchedBodyIsAbandonedIfUntouched() throws IOException {
        body.offer(bytes("ab"));
        assertThat(read(1)).isEqualTo("a");
        body.abandonIfUntouched("nobody reads");
        assertThat(read(1)).isEqualTo("b");

        HttpBody untouched = new HttpBody(1, tap);
        untouched.abandonIfUntouched("nobody reads");
        assertThat(tap.abandoned).hasValue(1);
    }

    // ---- ends

    @Test
    void aBrokenBodyGivesWhatItHasThenFails() throws IOException {
        body.offer(bytes("ab"));
        body.fail(new IOException("broken"));
        body.offer(bytes("dropped"));
        body.finish(EmptyHttpHeaders.INSTANCE);

        assertThat(read(2)).isEqualTo("ab");
        assertThatThrownBy(body::read).hasMessage("broken");
        assertThat(body.trailers()).isNull();
        body.close();
        assertThat(tap.abandoned).as("it knows").hasValue(0);
        assertThat(tap.consumed).hasValue(9);
    }

    @Test
    void aBrokenBodyFailsItsSinkOnce() {
        Basin basin = new Basin(body);
        body.offer(bytes("ab"));
        body.fail(new IOException("broken"));
        body.pipeTo(basin);
        body.fail(new IOException("again"));

        assertThat(basin.text).hasToString("ab");
        assertThat(basin.failure.get()).hasMessage("broken");
        assertThat(basin.trailers).hasValue(null);
    }

    @Test
    void aSinkThatThrowsIsGivenUp() {
        BodySink broken = new BodySink() {
            @Override
            public void data(ByteBuf bytes) {
                bytes.release();
                throw new IllegalStateException("a bug");
            }

            @Override
            public void end(HttpHeaders trailers) {}

            @Override
            public void failed(IOException cause) {}
        };
        body.offer(bytes("a"));
        body.offer(bytes("b"));

        assertThatThrownBy(() -> body.pipeTo(broken)).hasMessage("a bug");

        assertThat(tap.abandoned).hasValue(1);
        assertThat(tap.consumed).as("of b; a was the sink's").hasValue(1);
        body.offer(bytes("c"));
        assertThat(tap.consumed).hasValue(2);
    }

    @Test
    void anEmptyBodyAndOneOfBytes() throws IOException {
        assertThat(HttpBody.empty().isEmpty()).isTrue();
        assertThat(HttpBody.empty().read()).isEqualTo(-1);
        HttpBody of = HttpBody.of(bytes("abc"));
        assertThat(of.length()).isEqualTo(3);
        assertThat(of.readAllBytes()).isEqualTo("abc".getBytes(US_ASCII));
        HttpBody none = HttpBody.of(Unpooled.EMPTY_BUFFER);
        assertThat(none.isEmpty()).isTrue();
    }

    // ---- memory

    @Test
    void bytesThatDribbleInDoNotHoldABufferEach() throws IOException {
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
        for (int i = 0; i < 10_000; i++) {
            body.offer(allocator.heapBuffer(16 * 1024).writeByte('0' + i % 10));
        }
        assertThat(allocator.metric().usedHeapMemory()).isLessThan(200 * 1024);
        body.finish(EmptyHttpHeaders.INSTANCE);

        assertThat(read(10_000)).isEqualTo("0123456789".repeat(1000));
        assertThat(tap.consumed).hasValue(10_000);
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    // ---- threads

    @Test
    void readingOnTheThreadThatBringsTheBytesFailsInsteadOfWaitingForEver() throws IOException {
        tap.thread = Thread.currentThread();
        body.offer(bytes("a"));
        assertThat(read(1)).as("what is there may be read").isEqualTo("a");

        assertThatThrownBy(body::read)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(Thread.currentThread().getName());
    }

    @ParameterizedTest
    @ValueSource(strings = {"fails", "is abandoned", "is complete"})
    void aReaderWhoWaitsIsWokenWhenTheBody(String end) throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        Future<Integer> read = threads.submit(() -> {
            reading.countDown();
            return body.read();
        });
        assertThat(reading.await(5, TimeUnit.SECONDS)).isTrue();

        switch (end) {
            case "fails" -> body.fail(new IOException("broken"));
            case "is abandoned" -> body.abandon("no use");
            default -> body.finish(EmptyHttpHeaders.INSTANCE);
        }

        if (end.equals("is complete")) {
            assertThat(read).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(-1);
        } else {
            assertThat(read)
                    .failsWithin(Duration.ofSeconds(5))
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void anInterruptedReaderFailsAndStaysInterrupted() throws Exception {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread reader = new Thread(() -> {
            try {
                interrupted.complete(body.read() < -1);
            } catch (InterruptedIOException expected) {
                interrupted.complete(Thread.currentThread().isInterrupted());
            } catch (IOException other) {
                interrupted.completeExceptionally(other);
            }
        });
        reader.start();
        reader.interrupt();
        assertThat(interrupted).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(true);
        reader.join();
    }

    /** Two threads offer in turns while a third opens the pipe: nothing is lost, doubled or out of order. */
    @RepeatedTest(50)
    void pipingWhileBytesComeLosesNothing() throws Exception {
        Basin basin = new Basin(body);
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            expected.append(i).append(',');
        }
        Future<?> source = threads.submit(() -> {
            for (int i = 0; i < 300; i++) {
                body.offer(bytes(i + ","));
            }
            body.finish(EmptyHttpHeaders.INSTANCE);
        });
        Future<?> pipe = threads.submit(() -> body.pipeTo(basin));
        source.get(10, TimeUnit.SECONDS);
        pipe.get(10, TimeUnit.SECONDS);

        assertThat(basin.text).hasToString(expected.toString());
        assertThat(basin.trailers.get()).isNotNull();
        assertThat(tap.consumed).hasValue(expected.length());
    }

    /** Abandoning in the middle gives back each byte exactly once, whoever held it. */
    @RepeatedTest(50)
    void abandoningWhileBytesComeGivesAllOfThemBack() throws Exception {
        Basin basin = new Basin(body);
        body.pipeTo(basin);
        CountDownLatch half = new CountDownLatch(1);
        Future<?> source = threads.submit(() -> {
            for (int i = 0; i < 200; i++) {
                body.offer(bytes("0123456789"));
                if (i == 100) {
                    half.countDown();
                }
            }
            body.finish(EmptyHttpHeaders.INSTANCE);
        });
        assertThat(half.await(5, TimeUnit.SECONDS)).isTrue();
        body.abandon("enough");
        source.get(10, TimeUnit.SECONDS);

        assertThat(tap.consumed).hasValue(2000);
        assertThat(tap.abandoned.get() == 1 ^ basin.trailers.get() != null).isTrue();
    }

    @Test
    void aBlockingReaderGetsWhatAnotherThreadBrings() throws Exception {
        List<String> pieces = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            pieces.add(i + ";");
        }
        Future<String> read = threads.submit(() -> new String(body.readAllBytes(), US_ASCII));
        for (String piece : pieces) {
            body.offer(bytes(piece));
        }
        body.finish(EmptyHttpHeaders.INSTANCE);

        assertThat(read.get(10, TimeUnit.SECONDS)).isEqualTo(String.join("", pieces));
        assertThat(tap.consumed).hasValue(String.join("", pieces).length());
    }
}
