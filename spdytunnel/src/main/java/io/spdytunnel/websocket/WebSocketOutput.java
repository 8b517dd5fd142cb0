package io.spdytunnel.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.session.MemoryBudget;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * What a WebSocket sends: a body without an end, filled with frames, and never with more than fits. What waits in it
 * comes out of the memory budget. Confined to the event loop, but for what the body says to its source.
 */
final class WebSocketOutput implements HttpBody.Source {

    private final EventLoop loop;
    private final MemoryBudget budget;
    private final int mostBytes;
    private final Consumer<String> onAbandoned;
    private final HttpBody body = new HttpBody(HttpBody.UNKNOWN_LENGTH, this);
    private final List<CompletableFuture<Void>> waiting = new ArrayList<>();

    private long queued;
    private boolean ended;

    /**
     * @param mostBytes that may wait, and a single message that is longer
     * @param onAbandoned told, on the event loop, that nobody takes any more
     */
    WebSocketOutput(EventLoop loop, MemoryBudget budget, int mostBytes, Consumer<String> onAbandoned) {
        this.loop = loop;
        this.budget = budget;
        this.mostBytes = mostBytes;
        this.onAbandoned = onAbandoned;
    }

    HttpBody body() {
        return body;
    }

    long queued() {
        return queued;
    }

    /**
     * Takes room for so many bytes, to be followed by {@link #send} of as many.
     *
     * @throws IOException if there is none
     */
    void reserve(long bytes) throws IOException {
        if (ended) {
            throw new IOException("the WebSocket is closed");
        }
        if (queued > 0 && queued + bytes > mostBytes) {
            throw new IOException("the visitor reads too slowly: " + queued + " bytes wait for it, and with " + bytes
                    + " more it would be over the limit of " + mostBytes + " (maxWebSocketMessage)");
        }
        if (!budget.take(bytes)) {
            throw new IOException("no memory is left for a message of " + bytes + " bytes (memoryBudget)");
        }
        queued += bytes;
    }

    /** Takes ownership of {@code bytes}, for which room was reserved. */
    void send(ByteBuf bytes) {
        body.offer(bytes);
    }

    void whenEmpty(CompletableFuture<Void> told) {
        if (queued == 0) {
            told.complete(null);
        } else {
            waiting.add(told);
        }
    }

    /** Nothing follows. */
    void finish() {
        ended = true;
        body.finish(EmptyHttpHeaders.INSTANCE);
    }

    /** What was sent must not pass for all. */
    void fail(String why) {
        ended = true;
        body.fail(new IOException(why));
    }

    // ---- from the body, any thread

    @Override
    public void consumed(int bytes) {
        onLoop(() -> {
            queued -= bytes;
            budget.giveBack(bytes);
            if (queued == 0) {
                List<CompletableFuture<Void>> told = List.copyOf(waiting);
                waiting.clear();
                told.forEach(one -> one.complete(null));
            }
        });
    }

    @Override
    public void abandoned(String why) {
        onLoop(() -> {
            ended = true;
            onAbandoned.accept(why);
        });
    }

    @Override
    public boolean isCurrentThread() {
        return loop.inEventLoop();
    }

    private void onLoop(Runnable step) {
        if (loop.inEventLoop()) {
            step.run();
            return;
        }
        try {
            loop.execute(step);
        } catch (RejectedExecutionException stopping) {
            step.run(); // the loop is gone, and nobody else left
        }
    }
}
