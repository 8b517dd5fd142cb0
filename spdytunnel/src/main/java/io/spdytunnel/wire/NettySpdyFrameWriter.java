package io.spdytunnel.wire;

import static io.spdytunnel.wire.FrameLog.Direction.OUT;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.spdy.DefaultSpdySettingsFrame;
import io.netty.handler.codec.spdy.SpdyFrameEncoder;
import io.netty.handler.codec.spdy.SpdySettingsFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.util.function.Consumer;

/**
 * Writes frames with Netty's encoder, and header blocks with ours: Netty's encoder does not check lengths.
 *
 * <p>The only class that uses Netty's codec. It keeps the compression state, but no streams.
 */
public final class NettySpdyFrameWriter implements FrameWriter {

    private final SpdyFrameEncoder netty = new SpdyFrameEncoder(SpdyVersion.SPDY_3_1);
    private final HeaderBlockEncoder blocks;
    private final ByteBufAllocator allocator;
    private final Consumer<ByteBuf> out;

    /**
     * @param out takes ownership of each frame
     * @param maxBlockBytes longest header block that is sent, before compression
     * @param maxFields most values in a header block that is sent
     */
    public NettySpdyFrameWriter(ByteBufAllocator allocator, Consumer<ByteBuf> out, int maxBlockBytes, int maxFields) {
        this.allocator = allocator;
        this.out = out;
        this.blocks = new HeaderBlockEncoder(maxBlockBytes, maxFields);
    }

    @Override
    public void data(int streamId, ByteBuf bytes, Fin fin) {
        try {
            if (FrameLog.isOn()) {
                FrameLog.data(OUT, streamId, bytes.readableBytes(), fin);
            }
            out.accept(netty.encodeDataFrame(allocator, streamId, fin.isLast(), bytes));
        } finally {
            bytes.release(); // the encoder has copied it behind the frame's header, so that one write carries both
        }
    }

    @Override
    public void synStream(
            int streamId, int associatedTo, int priority, Fin fin, FrameListener.Answer answer, HeaderBlock head) {
        boolean oneWay = answer == FrameListener.Answer.FORBIDDEN;
        ByteBuf block = blocks.encode(allocator, head);
        try {
            send(
                    FrameType.SYN_STREAM,
                    streamId,
                    FrameLog.isOn() ? FrameLog.flags(fin, answer, priority, associatedTo) : "",
                    head,
                    netty.encodeSynStreamFrame(
                            allocator, streamId, associatedTo, (byte) priority, fin.isLast(), oneWay, block));
        } finally {
            block.release();
        }
    }

    @Override
    public void synReply(int streamId, Fin fin, HeaderBlock head) {
        ByteBuf block = blocks.encode(allocator, head);
        try {
            send(
                    FrameType.SYN_REPLY,
                    streamId,
                    FrameLog.flags(fin),
                    head,
                    netty.encodeSynReplyFrame(allocator, streamId, fin.isLast(), block));
        } finally {
            block.release();
        }
    }

    @Override
    public void headers(int streamId, Fin fin, HeaderBlock headers) {
        ByteBuf block = blocks.encode(allocator, headers);
        try {
            send(
                    FrameType.HEADERS,
                    streamId,
                    FrameLog.flags(fin),
                    headers,
                    netty.encodeHeadersFrame(allocator, streamId, fin.isLast(), block));
        } finally {
            block.release();
        }
    }

    @Override
    public void rstStream(int streamId, StreamStatus status) {
        send(FrameType.RST_STREAM, streamId, status, netty.encodeRstStreamFrame(allocator, streamId, status.code()));
    }

    @Override
    public void settings(Settings settings) {
        SpdySettingsFrame frame = new DefaultSpdySettingsFrame();
        settings.forEach(frame::setValue);
        send(FrameType.SETTINGS, 0, settings, netty.encodeSettingsFrame(allocator, frame));
    }

    @Override
    public void ping(int id) {
        send(FrameType.PING, 0, id, netty.encodePingFrame(allocator, id));
    }

    @Override
    public void goAway(int lastGoodStreamId, SessionStatus status) {
        send(
                FrameType.GOAWAY,
                lastGoodStreamId,
                status,
                netty.encodeGoAwayFrame(allocator, lastGoodStreamId, status.code()));
    }

    @Override
    public void windowUpdate(int streamId, int delta) {
        send(FrameType.WINDOW_UPDATE, streamId, delta, netty.encodeWindowUpdateFrame(allocator, streamId, delta));
    }

    @Override
    public void check(HeaderBlock block) {
        blocks.check(block);
    }

    private void send(FrameType type, int streamId, Object more, ByteBuf frame) {
        if (FrameLog.isOn()) {
            FrameLog.control(OUT, type, streamId, frame.readableBytes() - FrameDecoder.HEADER_BYTES, more);
        }
        out.accept(frame);
    }

    private void send(FrameType type, int streamId, String flags, HeaderBlock block, ByteBuf frame) {
        if (FrameLog.isOn()) {
            FrameLog.block(OUT, type, streamId, frame.readableBytes() - FrameDecoder.HEADER_BYTES, flags, block);
        }
        out.accept(frame);
    }
}
