package io.spdytunnel.wire;

import static io.spdytunnel.wire.FrameLog.Direction.IN;
import static io.spdytunnel.wire.SessionStatus.PROTOCOL_ERROR;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the frames of one direction (SPDY/3.1 2.2), and passes each to a {@link FrameListener}.
 *
 * <p>Netty's decoder is not used: it has no limit for control frames, and after any error it drops all later bytes. An
 * error of one stream goes to the listener, or is thrown as {@link StreamError}, and the next call continues after that
 * frame. After a {@link SessionError} there must be no further call. Not thread-safe.
 */
public final class FrameDecoder implements AutoCloseable {

    /** The common header: type, flags, length. */
    public static final int HEADER_BYTES = 8;

    private static final int VERSION = 3;
    private static final int FLAG_FIN = 0x01;
    private static final int FLAG_UNIDIRECTIONAL = 0x02;
    private static final int MAX_ID = 0x7FFFFFFF;
    private static final int SETTING_BYTES = 8;

    /**
     * A piece is copied if its buffer is this many times larger, so that a kept byte does not hold the whole buffer of
     * a read.
     */
    private static final int WORTH_SHARING = 4;

    private enum State {
        /** Before a frame. */
        HEADER,
        /** Inside a DATA frame. */
        DATA,
        /** Inside a control frame, which is delivered whole. */
        CONTROL,
        /** Inside a frame that is ignored. */
        SKIP
    }

    private final FrameLimits limits;
    private final HeaderBlockDecoder blocks;

    private State state = State.HEADER;
    private int left; // of the frame's content
    private int flags;
    private int version; // of a control frame
    private int streamId; // of a DATA frame
    private @Nullable FrameType type; // of a control frame

    /** @param limits the limits of frames */
    public FrameDecoder(FrameLimits limits) {
        this.limits = limits;
        this.blocks = new HeaderBlockDecoder(limits.maxBlockBytes(), limits.maxFields());
    }

    /**
     * Delivers the next frame, or the next piece of a DATA frame.
     *
     * @param in the bytes; those that were decoded are read. Offer the rest again, with more bytes after it
     * @return whether anything was read; if not, more bytes are needed
     */
    public boolean decode(ByteBuf in, FrameListener listener) {
        return switch (state) {
            case HEADER -> header(in, listener);
            case DATA -> data(in, listener);
            case CONTROL -> control(in, listener);
            case SKIP -> skip(in);
        };
    }

    /** Frees the native memory of the header compression. */
    @Override
    public void close() {
        blocks.close();
    }

    // ---- any frame

    private boolean header(ByteBuf in, FrameListener listener) {
        if (in.readableBytes() < HEADER_BYTES) {
            return false;
        }
        int first = in.readInt();
        flags = in.readUnsignedByte();
        left = in.readUnsignedMedium();
        if (first >= 0) {
            streamId = checkId(first, "DATA");
            state = State.DATA;
            return left > 0 || data(in, listener);
        }
        version = first >>> 16 & 0x7FFF;
        type = FrameType.of(first & 0xFFFF);
        if (type == null || isIgnored(type)) {
            state = State.SKIP;
            return true;
        }
        checkFrame(type);
        state = State.CONTROL;
        return true;
    }

    /** Frames of another version are ignored, except SYN_STREAM, which must be answered (2.6.3). */
    private boolean isIgnored(FrameType type) {
        return version != VERSION && type != FrameType.SYN_STREAM;
    }

    private void checkFrame(FrameType type) {
        if (left > limits.maxControlBytes()) {
            throw error(
                    "2.2.1", type + " of " + left + " bytes, at most " + limits.maxControlBytes() + " are accepted");
        }
        boolean fits =
                switch (type) {
                    case SYN_STREAM -> left >= (version == VERSION ? 10 : 4);
                    case SYN_REPLY, HEADERS -> left >= 4;
                    case RST_STREAM, GOAWAY, WINDOW_UPDATE -> left == 8;
                    case PING -> left == 4;
                    case SETTINGS -> left >= 4 && left % SETTING_BYTES == 4;
                };
        if (!fits) {
            throw error("2.6", type + " of " + left + " bytes");
        }
        if (type == FrameType.SETTINGS && left / SETTING_BYTES > limits.maxSettings()) {
            throw error("2.6.4", left / SETTING_BYTES + " settings, at most " + limits.maxSettings() + " are accepted");
        }
        boolean plain =
                switch (type) {
                    case RST_STREAM, GOAWAY, WINDOW_UPDATE, PING -> true;
                    case SYN_STREAM, SYN_REPLY, HEADERS, SETTINGS -> false;
                };
        if (plain && flags != 0) {
            throw error("2.6", type + " with flags 0x" + Integer.toHexString(flags) + ", it has none");
        }
    }

    private boolean skip(ByteBuf in) {
        int length = Math.min(left, in.readableBytes());
        in.skipBytes(length);
        left -= length;
        if (left == 0) {
            state = State.HEADER;
            return true;
        }
        return length > 0;
    }

    // ---- DATA

    private boolean data(ByteBuf in, FrameListener listener) {
        int length = Math.min(left, in.readableBytes());
        if (length == 0 && left > 0) {
            return false;
        }
        left -= length;
        Fin fin = Fin.MORE;
        if (left == 0) {
            state = State.HEADER;
            fin = Fin.of((flags & FLAG_FIN) != 0);
        }
        if (FrameLog.isOn()) {
            FrameLog.data(IN, streamId, length, fin);
        }
        if (length > 0 && length < in.capacity() / WORTH_SHARING) {
            ByteBuf copy = in.readBytes(length);
            try {
                listener.data(streamId, copy, fin);
            } finally {
                copy.release();
            }
        } else {
            listener.data(streamId, in.readSlice(length), fin);
        }
        return true;
    }

    // ---- control frames

    private boolean control(ByteBuf in, FrameListener listener) {
        if (in.readableBytes() < left) {
            return false;
        }
        // Read out, and ready for the next frame, before anything is judged: a stream's error costs this frame only.
        ByteBuf content = in.readSlice(left);
        state = State.HEADER;
        FrameType type = this.type;
        if (type != null) {
            deliver(type, content, listener);
        }
        return true;
    }

    private void deliver(FrameType type, ByteBuf content, FrameListener listener) {
        int length = content.readableBytes();
        switch (type) {
            case SYN_STREAM, SYN_REPLY, HEADERS -> withBlock(type, content, length, listener);
            case RST_STREAM -> {
                int id = checkId(content.readInt(), type.name());
                int status = content.readInt();
                log(type, id, length, status);
                listener.rstStream(id, status);
            }
            case SETTINGS -> settings(content, length, listener);
            case PING -> {
                int id = content.readInt();
                log(type, 0, length, id);
                listener.ping(id);
            }
            case GOAWAY -> {
                int lastGood = content.readInt() & MAX_ID;
                int status = content.readInt();
                log(type, lastGood, length, status);
                listener.goAway(lastGood, status);
            }
            case WINDOW_UPDATE -> {
                int id = content.readInt() & MAX_ID;
                int delta = content.readInt() & MAX_ID;
                log(type, id, length, delta);
                listener.windowUpdate(id, delta);
            }
        }
    }

    private void settings(ByteBuf content, int length, FrameListener listener) {
        int count = content.readInt();
        if (count != length / SETTING_BYTES) {
            throw error(
                    "2.6.4",
                    "SETTINGS of " + length + " bytes that claims " + Integer.toUnsignedString(count) + " entries");
        }
        Settings settings = new Settings();
        for (int i = 0; i < count; i++) {
            int id = content.readInt() & 0x00FFFFFF; // above it flags, which ask for persistence
            settings.add(id, content.readInt());
        }
        log(FrameType.SETTINGS, 0, length, settings);
        listener.settings(settings);
    }

    private void withBlock(FrameType type, ByteBuf content, int length, FrameListener listener) {
        int id = checkId(content.readInt(), type.name());
        Fin fin = Fin.of((flags & FLAG_FIN) != 0);
        int associatedTo = 0;
        int priority = 0;
        HeaderBlock block;
        try {
            if (version != VERSION) {
                throw StreamError.of(id, StreamStatus.UNSUPPORTED_VERSION, "2.6.3", type + " of version " + version);
            }
            if (type == FrameType.SYN_STREAM) {
                associatedTo = content.readInt() & MAX_ID;
                priority = content.readUnsignedByte() >> 5;
                content.skipBytes(1); // slot, unused since 3.1
            }
            block = blocks.decode(id, content);
        } catch (StreamError error) {
            log(type, id, length, error.status());
            listener.malformed(type, id, error);
            return;
        }
        boolean oneWay = (flags & FLAG_UNIDIRECTIONAL) != 0;
        FrameListener.Answer answer = oneWay ? FrameListener.Answer.FORBIDDEN : FrameListener.Answer.EXPECTED;
        if (FrameLog.isOn()) {
            boolean opens = type == FrameType.SYN_STREAM;
            String words = opens ? FrameLog.flags(fin, answer, priority, associatedTo) : FrameLog.flags(fin);
            FrameLog.block(IN, type, id, length, words, block);
        }
        if (type == FrameType.SYN_STREAM) {
            listener.synStream(id, associatedTo, priority, fin, answer, block);
        } else if (type == FrameType.SYN_REPLY) {
            listener.synReply(id, fin, block);
        } else {
            listener.headers(id, fin, block);
        }
    }

    private static int checkId(int raw, String frame) {
        int id = raw & MAX_ID;
        if (id == 0) {
            throw error("2.3.2", frame + " for stream 0");
        }
        return id;
    }

    private static void log(FrameType type, int streamId, int length, Object more) {
        if (FrameLog.isOn()) {
            FrameLog.control(IN, type, streamId, length, more);
        }
    }

    private static SessionError error(String section, String what) {
        return SessionError.of(PROTOCOL_ERROR, section, what);
    }
}
