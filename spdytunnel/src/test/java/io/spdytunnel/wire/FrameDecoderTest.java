package io.spdytunnel.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyGoAwayFrame;
import io.netty.handler.codec.spdy.DefaultSpdyHeadersFrame;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySettingsFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynReplyFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdyWindowUpdateFrame;
import io.netty.handler.codec.spdy.SpdyFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyHeadersFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.zip.Adler32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Frames both ways, with Netty's codec as the other opinion. */
class FrameDecoderTest {

    private final FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULT);
    private final FrameNotes notes = new FrameNotes();

    @AfterEach
    void free() {
        decoder.close();
    }

    private List<String> reads(ByteBuf bytes) {
        try {
            while (decoder.decode(bytes, notes)) {
                // goes on
            }
        } finally {
            bytes.release();
        }
        return notes.taken();
    }

    private static ByteBuf raw(int... bytes) {
        ByteBuf raw = Unpooled.buffer();
        for (int b : bytes) {
            raw.writeByte(b);
        }
        return raw;
    }

    private static ByteBuf control(int version, int type, int flags, int length) {
        return Unpooled.buffer()
                .writeShort(0x8000 | version)
                .writeShort(type)
                .writeByte(flags)
                .writeMedium(length);
    }

    private static ByteBuf fromNetty() {
        EmbeddedChannel netty = new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
        SpdyHeadersFrame syn = new DefaultSpdySynStreamFrame(1, 0, (byte) 5).setLast(true);
        syn.headers()
                .add(":method", "GET")
                .add("cookie", "a")
                .add("cookie", "b")
                .add("x", "\u00e4\u00ff");
        SpdyHeadersFrame reply = new DefaultSpdySynReplyFrame(1);
        reply.headers().add(":status", "200 OK");
        SpdyHeadersFrame trailers = new DefaultSpdyHeadersFrame(1).setLast(true);
        trailers.headers().add("empty", "");
        SpdyFrame[] frames = {
            new DefaultSpdySettingsFrame().setValue(7, 1 << 20).setValue(4, 100),
            syn,
            reply,
            new DefaultSpdyDataFrame(1, Unpooled.copiedBuffer("hello", ISO_8859_1)),
            new DefaultSpdyDataFrame(1).setLast(true),
            trailers,
            new DefaultSpdyHeadersFrame(3),
            new DefaultSpdyPingFrame(-2),
            new DefaultSpdyRstStreamFrame(1, 5),
            new DefaultSpdyWindowUpdateFrame(0, Integer.MAX_VALUE),
            new DefaultSpdyGoAwayFrame(7, 2)
        };
        ByteBuf all = Unpooled.buffer();
        for (SpdyFrame frame : frames) {
            netty.writeOutbound(frame);
            for (ByteBuf out = netty.readOutbound(); out != null; out = netty.readOutbound()) {
                all.writeBytes(out);
                out.release();
            }
        }
        netty.finishAndReleaseAll();
        return all;
    }

    private static final List<String> WHAT_NETTY_SAID = List.of(
            "settings Settings{4=100, 7=1048576}",
            "synStream 1 0 5 FIN EXPECTED :method=GET cookie=a cookie=b x=\u00e4\u00ff",
            "synReply 1 MORE :status=200 OK",
            "data 1 hello MORE",
            "data 1  FIN",
            "headers 1 FIN empty=",
            "headers 3 MORE",
            "ping -2",
            "rstStream 1 5",
            "windowUpdate 0 2147483647",
            "goAway 7 2");

    @Test
    void understandsEveryFrameOfNetty() {
        assertThat(reads(fromNetty())).isEqualTo(WHAT_NETTY_SAID);
    }

    @Test
    void splitsAtAnyByteChangeNothing() {
        ByteBuf all = fromNetty();
        for (int at = 1; at < all.readableBytes(); at++) {
            try (FrameDecoder fresh = new FrameDecoder(FrameLimits.DEFAULT)) {
                ByteBuf sofar = Unpooled.buffer();
                for (ByteBuf half : List.of(all.slice(0, at), all.slice(at, all.readableBytes() - at))) {
                    sofar.writeBytes(half.duplicate());
                    while (fresh.decode(sofar, notes)) {
                        // goes on
                    }
                }
                sofar.release();
            }
            assertThat(String.join("|", notes.taken()).replaceAll(" MORE\\|data 1 (?=[a-z])", ""))
                    .as("split at %s", at)
                    .isEqualTo(String.join("|", WHAT_NETTY_SAID));
        }
        all.release();
    }

    @Test
    void nettyUnderstandsEveryFrameOfOurs() {
        EmbeddedChannel netty = new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
        FrameWriter writer = new NettySpdyFrameWriter(netty.alloc(), netty::writeInbound, 32 * 1024, 200);
        HeaderBlock head = new HeaderBlock()
                .add(":method", "GET")
                .add("a", "1")
                .add("b", "2")
                .add("a", "3");
        writer.synStream(1, 6, Fin.FIN, head);
        writer.synReply(1, Fin.MORE, new HeaderBlock().add("big", "x".repeat(10_000)));
        writer.headers(1, Fin.FIN, new HeaderBlock().add("t", ""));

        DefaultSpdySynStreamFrame syn = netty.readInbound();
        assertThat(syn.priority()).isEqualTo((byte) 6);
        assertThat(syn.isLast()).isTrue();
        assertThat(syn.headers().getAll("a")).map(CharSequence::toString).containsExactly("1", "3");
        SpdyHeadersFrame reply = netty.readInbound();
        assertThat(reply.headers().get("big")).hasSize(10_000);
        SpdyHeadersFrame trailers = netty.readInbound();
        assertThat(trailers.isLast()).isTrue();
        assertThat(trailers.headers().contains("t")).isTrue();
        netty.finishAndReleaseAll();
    }

    @Test
    void theDictionaryIsTheDraftsOne() {
        Adler32 adler = new Adler32();
        adler.update(SpdyDictionary.bytes());
        assertThat(SpdyDictionary.bytes()).hasSize(SpdyDictionary.LENGTH);
        assertThat((int) adler.getValue()).isEqualTo(SpdyDictionary.ADLER32);
    }

    @Test
    void dataComesInPiecesAndFinWithTheLast() {
        ByteBuf header = raw(0, 0, 0, 1, 1, 0, 0, 4);
        assertThat(reads(header)).isEmpty();
        assertThat(reads(raw('a', 'b'))).containsExactly("data 1 ab MORE");
        assertThat(reads(raw('c', 'd'))).containsExactly("data 1 cd FIN");
    }

    @Test
    void unknownFramesAreSkippedWithoutWaitingForTheirEnd() {
        ByteBuf huge = control(3, 99, 0xFF, 0xFFFFFF).writeZero(100);
        assertThat(reads(huge)).isEmpty();
        ByteBuf rest = Unpooled.buffer().writeZero(0xFFFFFF - 100);
        assertThat(reads(rest)).isEmpty();
        assertThat(reads(control(3, 6, 0, 4).writeInt(9))).containsExactly("ping 9");
    }

    @Test
    void framesOfAnotherVersionAreIgnoredButAStreamIsAnswered() {
        assertThat(reads(control(2, 6, 0, 4).writeInt(9))).isEmpty();
        assertThat(reads(control(2, 1, 0, 12).writeInt(5).writeZero(8)))
                .containsExactly("malformed SYN_STREAM 5 UNSUPPORTED_VERSION");
    }

    @Test
    void wrongLengthsFlagsAndIdsEndTheSession() {
        for (ByteBuf bad : List.of(
                control(3, 1, 0, 9),
                control(3, 2, 0, 3),
                control(3, 3, 0, 7),
                control(3, 4, 0, 5),
                control(3, 6, 0, 5),
                control(3, 7, 0, 4),
                control(3, 8, 0, 0),
                control(3, 9, 0, 12),
                control(3, 3, 1, 8),
                control(3, 6, 1, 4),
                control(3, 1, 0, FrameLimits.DEFAULT.maxControlBytes() + 1),
                control(3, 2, 0, 0xFFFFFF),
                control(3, 4, 0, 4 + 8 * 33),
                raw(0, 0, 0, 0, 0, 0, 0, 1),
                control(3, 3, 0, 8).writeInt(0).writeInt(1),
                control(3, 4, 0, 12).writeInt(-1).writeLong(0))) {
            try (FrameDecoder fresh = new FrameDecoder(FrameLimits.DEFAULT)) {
                assertThatThrownBy(() -> {
                            while (fresh.decode(bad, notes)) {
                                // goes on
                            }
                        })
                        .isInstanceOf(SessionError.class);
            } finally {
                ReferenceCountUtil.release(bad);
            }
        }
    }

    @Test
    void theFirstOfDuplicateSettingsCounts() {
        ByteBuf twice = control(3, 4, 0, 20)
                .writeInt(2)
                .writeInt(7)
                .writeInt(100)
                .writeInt(7)
                .writeInt(200);
        assertThat(reads(twice)).containsExactly("settings Settings{7=100}");
    }

    @Test
    void aStreamsErrorLeavesTheNextFrameReadable() {
        notes.throwsOnNextData();
        ByteBuf two = raw(0, 0, 0, 1, 0, 0, 0, 1, 'a', 0, 0, 0, 3, 0, 0, 0, 1, 'b');
        assertThat(decoder.decode(two, notes)).isTrue();
        assertThatThrownBy(() -> decoder.decode(two, notes)).isInstanceOf(StreamError.class);
        assertThat(reads(two)).containsExactly("data 3 b MORE");
    }
}
