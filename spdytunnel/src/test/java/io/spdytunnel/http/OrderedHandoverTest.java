package io.spdytunnel.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pieces that come on two threads in turn reach the loop in their order. */
class OrderedHandoverTest {

    private final EventLoop loop = new DefaultEventLoop();

    @AfterEach
    void shutDown() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private final class Collecting implements BodySink {

        final List<Integer> seen = new ArrayList<>();
        final CompletableFuture<List<Integer>> all = new CompletableFuture<>();

        @Override
        public void data(ByteBuf bytes) {
            assertThat(loop.inEventLoop()).isTrue();
            while (bytes.isReadable()) {
                seen.add(bytes.readInt());
            }
            bytes.release();
        }

        @Override
        public void end(HttpHeaders trailers) {
            all.complete(seen);
        }

        @Override
        public void failed(IOException cause) {
            all.completeExceptionally(cause);
        }
    }

    @Test
    void orderSurvivesWorkerAndLoopInTurn() throws Exception {
        HttpBody body = new HttpBody(HttpBody.UNKNOWN_LENGTH, new HttpBody.Source() {
            @Override
            public void consumed(int bytes) {
                // no credit in this story
            }

            @Override
            public void abandoned(String why) {
                throw new AssertionError(why);
            }
        });
        Collecting sink = new Collecting();
        OrderedHandover.pipe(body, loop, sink);

        for (int i = 0; i < 20_000; i++) {
            ByteBuf piece = Unpooled.buffer(4).writeInt(i);
            if (i % 3 == 0) {
                loop.submit(() -> body.offer(piece)).sync();
            } else {
                body.offer(piece);
            }
        }
        body.finish(EmptyHttpHeaders.INSTANCE);

        assertThat(sink.all.get(10, TimeUnit.SECONDS))
                .isEqualTo(IntStream.range(0, 20_000).boxed().toList());
    }

    @Test
    void aLoopThatHasEndedDropsWhatComesAndReportsItConsumed() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        int[] consumed = new int[1];
        HttpBody body = new HttpBody(HttpBody.UNKNOWN_LENGTH, new HttpBody.Source() {
            @Override
            public void consumed(int bytes) {
                consumed[0] += bytes;
            }

            @Override
            public void abandoned(String why) {
                throw new AssertionError(why);
            }
        });
        OrderedHandover.pipe(body, loop, new Collecting());
        ByteBuf piece = Unpooled.buffer(4).writeInt(1);

        body.offer(piece);

        assertThat(consumed[0]).isEqualTo(4);
        assertThat(piece.refCnt()).isZero();
    }
}
