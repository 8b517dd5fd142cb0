package io.spdytunnel.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Brings a body's pieces from any thread to an event loop, and keeps their order.
 *
 * <p>A piece that arrives on the loop itself is passed on directly, but only if no earlier piece is on its way: the
 * body may be delivered first by a worker and then by the loop.
 */
public final class OrderedHandover implements BodySink {

    private final EventLoop loop;
    private final HttpBody body;
    private final BodySink target;
    private final AtomicInteger underway = new AtomicInteger();

    private OrderedHandover(EventLoop loop, HttpBody body, BodySink target) {
        this.loop = loop;
        this.body = body;
        this.target = target;
    }

    /**
     * Pipes {@code body} to {@code target}, which is called on {@code loop} only.
     *
     * @throws BodyAlreadyReadException if somebody has begun to read
     */
    public static void pipe(HttpBody body, EventLoop loop, BodySink target) {
        body.pipeTo(new OrderedHandover(loop, body, target));
    }

    @Override
    public void data(ByteBuf bytes) {
        if (mayGoStraight()) {
            target.data(bytes);
        } else {
            handOver(() -> target.data(bytes), () -> drop(bytes));
        }
    }

    @Override
    public void end(HttpHeaders trailers) {
        if (mayGoStraight()) {
            target.end(trailers);
        } else {
            handOver(() -> target.end(trailers), () -> {});
        }
    }

    @Override
    public void failed(IOException cause) {
        if (mayGoStraight()) {
            target.failed(cause);
        } else {
            handOver(() -> target.failed(cause), () -> {});
        }
    }

    private boolean mayGoStraight() {
        return underway.get() == 0 && loop.inEventLoop();
    }

    private void handOver(Runnable step, Runnable loopIsGone) {
        underway.incrementAndGet();
        try {
            loop.execute(() -> {
                underway.decrementAndGet();
                step.run();
            });
        } catch (RejectedExecutionException shutDown) {
            loopIsGone.run();
        }
    }

    private void drop(ByteBuf bytes) {
        int size = bytes.readableBytes();
        bytes.release();
        body.consumed(size);
    }
}
