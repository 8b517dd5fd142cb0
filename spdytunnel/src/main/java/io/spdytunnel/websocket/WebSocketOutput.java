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
 * The output of a WebSocket: a body of frames, with a limited queue. Queued bytes are taken from the memory budget.
 * Confined to the event loop, except for the methods of {@link HttpBody.Source}.
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
     * Reserves room for bytes; {@link #send} of as many must follow.
     *
     * @throws IOException if there is no room
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

    /** The output failed: the sent bytes are not complete. */
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
