package io.spdytunnel.spdy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.DefaultSpdyHeadersFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynReplyFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyHeadersFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Frames as bytes, legal or not, in the order in which they are written down: what a peer says in one direction. */
final class SpdyBytes {

    static final int HEADER_BYTES = 8;

    /** Writes header blocks compressed, as other people's ends do; ours stores them. */
    private final EmbeddedChannel netty =
            new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1, 8192, 1 << 20, 6, 15, 8));

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    byte[] toByteArray() {
        netty.finishAndReleaseAll();
        return bytes.toByteArray();
    }

    /** Cuts what one end said into its frames; a last one that is not whole stays as it is. */
    static List<byte[]> frames(byte[] said) {
        List<byte[]> frames = new ArrayList<>();
        int at = 0;
        while (at < said.length) {
            int end = said.length - at < HEADER_BYTES
                    ? said.length
                    : (int) Math.min(said.length, at + HEADER_BYTES + (long) contentLength(said, at));
            frames.add(java.util.Arrays.copyOfRange(said, at, end));
            at = end;
        }
        return frames;
    }

    /** The 24 bits of length in the header of the frame that begins there. */
    static int contentLength(byte[] said, int at) {
        return ((said[at + 5] & 0xFF) << 16) | ((said[at + 6] & 0xFF) << 8) | (said[at + 7] & 0xFF);
    }

    // ---- any frame

    /** A control frame of version 3 with this content. */
    SpdyBytes control(int type, int flags, byte[] content) {
        return controlHeader(type, flags, content.length).raw(content);
    }

    /** A control frame of version 3 made of 32-bit numbers. */
    SpdyBytes control(int type, int... numbers) {
        controlHeader(type, 0, 4 * numbers.length);
        for (int number : numbers) {
            number(number);
        }
        return this;
    }

    /** The common header of a control frame, whatever comes behind it. */
    SpdyBytes controlHeader(int type, int flags, int length) {
        return number(0x80030000 | type).number((flags << 24) | length);
    }

    SpdyBytes number(int number) {
        bytes.write(number >>> 24);
        bytes.write(number >>> 16);
        bytes.write(number >>> 8);
        bytes.write(number);
        return this;
    }

    SpdyBytes raw(byte[] more) {
        bytes.writeBytes(more);
        return this;
    }

    // ---- each frame

    SpdyBytes data(int id, boolean fin, byte[] content) {
        return number(id).number((fin ? 1 << 24 : 0) | content.length).raw(content);
    }

    /** SYN_STREAM with these names and values, in turns; a value may hold NULs. */
    SpdyBytes synStream(int id, int priority, boolean fin, String... block) {
        DefaultSpdySynStreamFrame frame = new DefaultSpdySynStreamFrame(id, 0, (byte) priority, false);
        frame.setLast(fin);
        return write(frame, block);
    }

    SpdyBytes push(int id, int associatedTo, String... block) {
        DefaultSpdySynStreamFrame frame = new DefaultSpdySynStreamFrame(id, associatedTo, (byte) 0, false);
        frame.setUnidirectional(true);
        return write(frame, block);
    }

    SpdyBytes get(int id) {
        return synStream(id, id % 8, true, request("GET"));
    }

    SpdyBytes post(int id, int length) {
        String[] head = request("POST");
        head[head.length - 2] = "content-length";
        head[head.length - 1] = Integer.toString(length);
        return synStream(id, id % 8, false, head);
    }

    private static String[] request(String method) {
        return new String[] {
            ":method",
            method,
            ":path",
            "/a/b?c=d",
            ":version",
            "HTTP/1.1",
            ":host",
            "shop.example",
            ":scheme",
            "http",
            "cookie",
            "a=b; c=d",
            "accept",
            "text/html",
            "x-more",
            "yes"
        };
    }

    SpdyBytes reply(int id, boolean fin) {
        DefaultSpdySynReplyFrame frame = new DefaultSpdySynReplyFrame(id);
        frame.setLast(fin);
        return write(frame, ":status", "200 OK", ":version", "HTTP/1.1", "content-type", "text/plain", "x-two", "1");
    }

    SpdyBytes headers(int id, boolean fin, String... block) {
        DefaultSpdyHeadersFrame frame = new DefaultSpdyHeadersFrame(id);
        frame.setLast(fin);
        return write(frame, block);
    }

    private SpdyBytes write(SpdyHeadersFrame frame, String... block) {
        for (int i = 0; i < block.length; i += 2) {
            frame.headers().add(block[i], block[i + 1]);
        }
        netty.writeOutbound(frame);
        for (ByteBuf out = netty.readOutbound(); out != null; out = netty.readOutbound()) {
            raw(ByteBufUtil.getBytes(out));
            out.release();
        }
        return this;
    }

    SpdyBytes reset(int id, int status) {
        return control(3, id, status);
    }

    /** Ids and values in turns. */
    SpdyBytes settings(int... pairs) {
        controlHeader(4, 0, 4 + 4 * pairs.length).number(pairs.length / 2);
        for (int number : pairs) {
            number(number);
        }
        return this;
    }

    SpdyBytes ping(int id) {
        return control(6, id);
    }

    SpdyBytes goAway(int lastGood, int status) {
        return control(7, lastGood, status);
    }

    SpdyBytes windowUpdate(int id, int delta) {
        return control(9, id, delta);
    }

    /** All of it, for one read. */
    ByteBuf toBuffer() {
        return Unpooled.wrappedBuffer(toByteArray());
    }
}
