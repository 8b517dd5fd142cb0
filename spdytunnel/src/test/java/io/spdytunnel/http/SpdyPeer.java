package io.spdytunnel.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.StreamAcceptor;
import io.spdytunnel.spdy.SpdySession;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.FrameDecoder;
import io.spdytunnel.wire.FrameLimits;
import io.spdytunnel.wire.FrameListener;
import io.spdytunnel.wire.FrameType;
import io.spdytunnel.wire.FrameWriter;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.NettySpdyFrameWriter;
import io.spdytunnel.wire.Settings;
import io.spdytunnel.wire.StreamError;
import io.spdytunnel.wire.StreamStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The other end of a session that carries HTTP: speaks real frames, without a socket, and turns the clock. What it
 * hears is kept as one line a frame; windows and settings are left out.
 */
final class SpdyPeer implements FrameListener, AutoCloseable {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULT);
    private final FrameWriter writer =
            new NettySpdyFrameWriter(channel.alloc(), frame -> channel.writeInbound(frame), 32 * 1024, 500);
    private final Session session;
    private final List<String> heard = new ArrayList<>();
    private final Map<Integer, Integer> room = new HashMap<>();

    SpdyPeer(Role testedRole, StreamAcceptor acceptor) {
        channel.freezeTime();
        session = SpdySession.start(
                channel, testedRole, SessionSettings.DEFAULT, new MemoryBudget(16L * 1024 * 1024), acceptor);
        hears();
    }

    Session session() {
        return session;
    }

    FrameWriter writer() {
        return writer;
    }

    void sends(int id, String text, Fin fin) {
        writer.data(id, Unpooled.copiedBuffer(text, ISO_8859_1), fin);
    }

    void staysSilentFor(Duration time) {
        channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
    }

    /** What WINDOW_UPDATEs have given since the last call. */
    int roomFor(int id) {
        Integer more = room.remove(id);
        return more == null ? 0 : more;
    }

    /** Everything heard since the last call. */
    List<String> hears() {
        channel.runPendingTasks();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            while (decoder.decode(out, this)) {
                // goes on
            }
            out.release();
        }
        List<String> lines = List.copyOf(heard);
        heard.clear();
        return lines;
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
        decoder.close();
    }

    private static String text(HeaderBlock block) {
        StringBuilder text = new StringBuilder();
        block.forEach((name, value) -> text.append(' ').append(name).append('=').append(value));
        return text.toString();
    }

    private static String last(Fin fin) {
        return fin.isLast() ? " FIN" : "";
    }

    @Override
    public void data(int streamId, ByteBuf bytes, Fin fin) {
        heard.add("DATA " + streamId + " " + bytes.toString(ISO_8859_1).strip() + last(fin));
    }

    @Override
    public void synStream(int streamId, int to, int priority, Fin fin, Answer answer, HeaderBlock head) {
        heard.add("SYN_STREAM " + streamId + last(fin) + text(head));
    }

    @Override
    public void synReply(int streamId, Fin fin, HeaderBlock head) {
        heard.add("SYN_REPLY " + streamId + last(fin) + text(head));
    }

    @Override
    public void headers(int streamId, Fin fin, HeaderBlock headers) {
        heard.add("HEADERS " + streamId + last(fin) + text(headers));
    }

    @Override
    public void rstStream(int streamId, int statusCode) {
        heard.add("RST_STREAM " + streamId + " " + StreamStatus.of(statusCode));
    }

    @Override
    public void goAway(int lastGoodStreamId, int statusCode) {
        heard.add("GOAWAY " + lastGoodStreamId);
    }

    @Override
    public void settings(Settings settings) {}

    @Override
    public void ping(int id) {}

    @Override
    public void windowUpdate(int streamId, int delta) {
        room.merge(streamId, delta, Integer::sum);
    }

    @Override
    public void malformed(FrameType type, int streamId, StreamError error) {
        throw new AssertionError(error);
    }
}
