package io.spdytunnel.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaders;
import io.spdytunnel.fields.HeaderMapping;
import io.spdytunnel.session.Stream;
import io.spdytunnel.wire.Fin;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Sends one body on one stream, and ends our half with it. Confined to the session's event loop.
 *
 * <p>The body's source gets credit back as its bytes are handed to the transport. So the bytes queued here and in the
 * stream are limited by the source's own credit.
 */
final class BodySender implements BodySink {

    /** The events for the owner, on the event loop. */
    interface Observer {

        /** The last byte, or the FIN alone, was given to the stream. */
        void bodyGiven();

        /** The body failed, or was not as long as its head said; the stream is still open. */
        void bodyBroke(IOException cause);
    }

    private final Stream stream;
    private final HttpBody body;
    private final long announced;
    private final long limit;
    private final Observer observer;
    private final PacedCredit credit;

    private long given;
    /**
     * The last piece of the announced length. It is kept until we know whether trailers follow, or whether it carries
     * FIN.
     */
    private @Nullable ByteBuf last;

    private boolean over;

    /**
     * @param announced the length the head promised, or {@link HttpBody#UNKNOWN_LENGTH}
     * @param limit most bytes, 0 for no limit
     * @param pace how fast they may flow, or null
     */
    BodySender(Stream stream, HttpBody body, long announced, long limit, @Nullable Pace pace, Observer observer) {
        this.stream = stream;
        this.body = body;
        this.announced = announced;
        this.limit = limit;
        this.observer = observer;
        this.credit = new PacedCredit(stream.session().eventLoop(), pace, body::consumed);
    }

    /** @throws BodyAlreadyReadException if somebody has begun to read */
    void start() {
        OrderedHandover.pipe(body, stream.session().eventLoop(), this);
    }

    /** {@code bytes} left for the transport, or were dropped. */
    void sent(int bytes) {
        credit.consumed(bytes);
    }

    /** The stream is over. */
    void ended() {
        credit.end();
    }

    /** Stops; later data is dropped. */
    void stop(String why) {
        if (!over) {
            over = true;
            dropLast();
            body.abandon(why);
        }
    }

    @Override
    public void data(ByteBuf bytes) {
        int size = bytes.readableBytes();
        given += size;
        if (over || isTooMuch()) {
            bytes.release();
            body.consumed(size);
            if (!over) {
                breakOff();
            }
            return;
        }
        if (given == announced) {
            last = bytes;
        } else {
            stream.send(bytes, Fin.MORE);
        }
    }

    private void dropLast() {
        if (last != null) {
            int size = last.readableBytes();
            last.release();
            last = null;
            body.consumed(size);
        }
    }

    private boolean isTooMuch() {
        return (announced >= 0 && given > announced) || (limit > 0 && given > limit);
    }

    private void breakOff() {
        String what = announced >= 0 && given > announced
                ? "a body longer than its Content-Length of " + announced + " bytes"
                : "a body longer than the limit of " + limit + " bytes";
        over = true;
        dropLast();
        body.abandon(what);
        observer.bodyBroke(limit > 0 && given > limit ? new BodyTooLong(what) : new IOException(what));
    }

    @Override
    public void end(HttpHeaders trailers) {
        if (over) {
            return;
        }
        over = true;
        if (announced >= 0 && given != announced) {
            observer.bodyBroke(new IOException("a body of " + given + " bytes whose Content-Length is " + announced));
            return;
        }
        ByteBuf rest = last == null ? Unpooled.EMPTY_BUFFER : last;
        last = null;
        if (trailers.isEmpty()) {
            stream.send(rest, Fin.FIN);
        } else {
            stream.send(rest, Fin.MORE);
            stream.sendTrailers(HeaderMapping.toBlock(trailers));
        }
        observer.bodyGiven();
    }

    @Override
    public void failed(IOException cause) {
        if (!over) {
            over = true;
            dropLast();
            observer.bodyBroke(cause);
        }
    }

    /** A body over the limit that an option sets. */
    static final class BodyTooLong extends IOException {

        private static final long serialVersionUID = 1L;

        BodyTooLong(String message) {
            super(message);
        }
    }
}
