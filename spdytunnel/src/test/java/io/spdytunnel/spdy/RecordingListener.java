package io.spdytunnel.spdy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.spdytunnel.session.Stream;
import io.spdytunnel.session.StreamEnd;
import io.spdytunnel.session.StreamListener;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what a stream's listener hears, one line a call. Holds received bytes until told to consume them. */
class RecordingListener implements StreamListener {

    private final List<String> calls = new ArrayList<>();
    private @Nullable Stream stream;
    private @Nullable StreamEnd end;
    private int held;
    private long received;
    private long sent;
    private boolean finSent;
    private final List<RecordingListener> pushes = new ArrayList<>();
    private boolean takesPushes;

    RecordingListener() {}

    RecordingListener(Stream stream) {
        this.stream = stream;
    }

    RecordingListener on(Stream stream) {
        this.stream = stream;
        return this;
    }

    Stream stream() {
        return java.util.Objects.requireNonNull(stream);
    }

    List<String> calls() {
        return calls;
    }

    boolean heardFinSent() {
        return finSent;
    }

    RecordingListener takesPushes() {
        takesPushes = true;
        return this;
    }

    /** Those that were taken. */
    List<RecordingListener> pushes() {
        return pushes;
    }

    StreamEnd end() {
        return java.util.Objects.requireNonNull(end, "the stream has not ended");
    }

    boolean hasEnded() {
        return end != null;
    }

    long received() {
        return received;
    }

    long sentBytes() {
        return sent;
    }

    void consumes(int bytes) {
        held -= bytes;
        stream().consumed(bytes);
    }

    void consumesAll() {
        if (held > 0) {
            consumes(held);
        }
    }

    private static String last(Fin fin) {
        return fin.isLast() ? " FIN" : "";
    }

    @Override
    public void replied(HeaderBlock head, Fin fin) {
        calls.add("replied " + head.first(":status") + last(fin));
    }

    @Override
    public void data(ByteBuf bytes, Fin fin) {
        held += bytes.readableBytes();
        received += bytes.readableBytes();
        calls.add("data " + (bytes.readableBytes() > 40 ? bytes.readableBytes() : bytes.toString(ISO_8859_1))
                + last(fin));
    }

    @Override
    public void headers(HeaderBlock headers, Fin fin) {
        calls.add("headers " + headers.name(0) + last(fin));
    }

    @Override
    public @Nullable StreamListener pushed(Stream pushed, HeaderBlock head, Fin fin) {
        calls.add("pushed " + pushed.id() + " " + head.first(":path") + last(fin));
        if (!takesPushes) {
            return null;
        }
        pushes.add(new RecordingListener(pushed));
        return pushes.get(pushes.size() - 1);
    }

    @Override
    public void finSent() {
        finSent = true;
    }

    @Override
    public void sent(int bytes) {
        sent += bytes;
    }

    @Override
    public void ended(StreamEnd end) {
        if (this.end != null) {
            throw new AssertionError("ended twice: " + this.end + ", " + end);
        }
        this.end = end;
        calls.add("ended " + end.cause());
    }
}
