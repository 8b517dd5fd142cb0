package io.spdytunnel.front;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.spdytunnel.http.HttpBody;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The body of a visitor's request on its way up: how much of it is held, and what its reader wants. Reading from the
 * socket stops while half of the allowance is held; a read and a TLS record more may then still come.
 *
 * <p>Confined to the event loop, but for what {@link HttpBody.Source} promises.
 */
final class Http1Upload implements HttpBody.Source {

    private final Http1Visitor visitor;
    private final EventLoop loop;
    private final int allowanceBytes;
    private final HttpBody body;

    /** What other threads have given back since the event loop last looked. */
    private final AtomicInteger givenBackElsewhere = new AtomicInteger();

    private long received;
    private int held;
    private int thrownAway;
    private boolean wanted;
    private boolean abandoned;
    private boolean complete;

    Http1Upload(Http1Visitor visitor, EventLoop loop, long length, int allowanceBytes) {
        this.visitor = visitor;
        this.loop = loop;
        this.allowanceBytes = allowanceBytes;
        this.complete = length == 0;
        this.body = complete ? HttpBody.empty() : new HttpBody(length, this);
    }

    HttpBody body() {
        return body;
    }

    // ---- the visitor's side

    /** Takes ownership of {@code bytes}. */
    void offer(ByteBuf bytes) {
        int size = bytes.readableBytes();
        received += size;
        held += size;
        if (abandoned) {
            thrownAway += size;
        }
        body.offer(bytes);
    }

    void finish(HttpHeaders trailers) {
        complete = true;
        body.finish(trailers);
    }

    void fail(IOException cause) {
        body.fail(cause);
    }

    /** Whether more may be read: also of a body that nobody wants, but not for long. */
    boolean hasRoom() {
        return abandoned ? thrownAway < allowanceBytes : held <= allowanceBytes / 2;
    }

    boolean isComplete() {
        return complete;
    }

    boolean isWanted() {
        return wanted;
    }

    boolean isAbandoned() {
        return abandoned;
    }

    long received() {
        return received;
    }

    boolean hasBegun() {
        return received > 0;
    }

    /** Whether the body's end is near enough to read up to it, only to keep the connection. */
    boolean isWorthFinishing() {
        boolean read = !abandoned && !body.isUntouched();
        return complete
                || read
                || (body.length() != HttpBody.UNKNOWN_LENGTH
                        && body.length() - received <= allowanceBytes - thrownAway);
    }

    /** The exchange is over: what nobody has asked for by now will not be read. */
    void nobodyWillRead() {
        body.abandonIfUntouched("the request was answered without it");
    }

    // ---- the reader's side, on any thread

    @Override
    public void wanted() {
        onLoop(() -> {
            wanted = true;
            visitor.uploadWanted(this);
        });
    }

    @Override
    public void consumed(int bytes) {
        if (loop.inEventLoop()) {
            giveBack(bytes);
        } else if (givenBackElsewhere.getAndAdd(bytes) == 0) {
            onLoop(() -> giveBack(givenBackElsewhere.getAndSet(0)));
        }
    }

    @Override
    public void abandoned(String why) {
        onLoop(() -> {
            abandoned = true;
            visitor.uploadHasRoom(this);
        });
    }

    @Override
    public boolean isCurrentThread() {
        return loop.inEventLoop();
    }

    private void giveBack(int bytes) {
        boolean wasFull = !hasRoom();
        held -= bytes;
        if (wasFull && hasRoom()) {
            visitor.uploadHasRoom(this);
        }
    }

    private void onLoop(Runnable task) {
        Loops.run(loop, task);
    }
}
