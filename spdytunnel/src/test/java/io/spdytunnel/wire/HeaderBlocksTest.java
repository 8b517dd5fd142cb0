package io.spdytunnel.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Header blocks, good and bad (SPDY/3.1 2.6.10). */
class HeaderBlocksTest {

    private static final int LIMIT = 1000;

    private final HeaderBlockDecoder decoder = new HeaderBlockDecoder(LIMIT, 5);
    private final HeaderBlockEncoder encoder = new HeaderBlockEncoder(200_000, 1000);
    private final Deflater deflater = new Deflater();

    HeaderBlocksTest() {
        deflater.setDictionary(SpdyDictionary.bytes());
    }

    @AfterEach
    void free() {
        decoder.close();
        deflater.end();
    }

    private static ByteBuf block(int pairs, String... texts) {
        ByteBuf block = Unpooled.buffer().writeInt(pairs);
        for (String text : texts) {
            block.writeInt(text.length());
            block.writeBytes(text.getBytes(ISO_8859_1));
        }
        return block;
    }

    private ByteBuf deflated(ByteBuf plain) {
        byte[] in = new byte[plain.readableBytes()];
        plain.readBytes(in).release();
        deflater.setInput(in);
        byte[] out = new byte[in.length + 2000];
        int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        return Unpooled.wrappedBuffer(out, 0, length);
    }

    private HeaderBlock decodes(ByteBuf plain) {
        return decoder.decode(1, deflated(plain));
    }

    private void theStateIsIntact() {
        assertThat(decodes(block(1, "after", "all")).first("after")).isEqualTo("all");
    }

    private void breaksTheStream(ByteBuf plain) {
        assertThatThrownBy(() -> decodes(plain)).isInstanceOf(StreamError.class);
        theStateIsIntact();
    }

    private void breaksTheSession(ByteBuf plain) {
        assertThatThrownBy(() -> decodes(plain)).isInstanceOf(SessionError.class);
    }

    @Test
    void valuesAreSplitAtNul() {
        HeaderBlock block = decodes(block(2, "a", "1\0002\0003", "b", ""));
        assertThat(block.all("a")).containsExactly("1", "2", "3");
        assertThat(block.all("b")).containsExactly("");
    }

    @Test
    void breachesOfTheRulesBreakTheStream() {
        breaksTheStream(block(1, "", "x"));
        breaksTheStream(block(1, "Upper", "x"));
        breaksTheStream(block(1, "a\0b", "x"));
        breaksTheStream(block(1, "a\u00e4", "x"));
        breaksTheStream(block(2, "a", "1", "a", "2"));
        breaksTheStream(block(1, "a", "\0001"));
        breaksTheStream(block(1, "a", "1\000"));
        breaksTheStream(block(1, "a", "\000"));
        breaksTheStream(block(1, "a", "1\000\0002"));
        breaksTheStream(block(1, "a", "x\ry"));
        breaksTheStream(block(1, "a", "x\ny"));
        breaksTheStream(block(1, "a", "x\001y"));
        breaksTheStream(block(1, "a", "x\177y"));
        breaksTheStream(block(1, "a", "1\0002\0003\0004\0005\0006"));
        assertThat(decodes(block(1, "a", "tab\tand \u00e4")).first("a")).isEqualTo("tab\tand \u00e4");
    }

    @Test
    void aBlockThatCannotBeTakenApartBreaksTheSession() {
        breaksTheSession(block(Integer.MAX_VALUE));
    }

    @Test
    void lengthsBeyondTheBlockBreakTheSession() {
        breaksTheSession(Unpooled.buffer().writeInt(1).writeInt(-1).writeInt(0));
    }

    @Test
    void valuesBeyondTheBlockBreakTheSession() {
        breaksTheSession(Unpooled.buffer()
                .writeInt(1)
                .writeInt(1)
                .writeByte('a')
                .writeInt(5)
                .writeInt(0));
    }

    @Test
    void whatStandsBehindTheLastPairBreaksTheSession() {
        breaksTheSession(block(1, "a", "b").writeByte(0));
    }

    @Test
    void inflatingStopsAtTheLimit() {
        breaksTheSession(Unpooled.buffer().writeZero(10 * 1024 * 1024));
    }

    @Test
    void exactlyTheLimitIsAllowed() {
        assertThat(decodes(block(1, "a", "x".repeat(LIMIT - 13))).first("a")).hasSize(LIMIT - 13);
        breaksTheSession(block(1, "a", "x".repeat(LIMIT - 12)));
    }

    @Test
    void corruptBytesAndOtherDictionariesBreakTheSession() {
        assertThatThrownBy(() -> decoder.decode(1, Unpooled.wrappedBuffer(new byte[] {1, 2, 3, 4})))
                .isInstanceOf(SessionError.class);
        for (byte[] dictionary : new byte[][] {{}, {'o', 't', 'h', 'e', 'r'}}) {
            Deflater other = new Deflater();
            if (dictionary.length > 0) {
                other.setDictionary(dictionary);
            }
            byte[] out = new byte[100];
            other.setInput(new byte[] {0, 0, 0, 0});
            int length = other.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
            other.end();
            try (HeaderBlockDecoder fresh = new HeaderBlockDecoder(LIMIT, 5)) {
                assertThatThrownBy(() -> fresh.decode(1, Unpooled.wrappedBuffer(out, 0, length)))
                        .isInstanceOf(SessionError.class);
            }
        }
    }

    @Test
    void longBlocksAreStoredInSeveralPieces() {
        String value = "v".repeat(150_000);
        try (HeaderBlockDecoder large = new HeaderBlockDecoder(200_000, 5)) {
            for (int i = 0; i < 2; i++) {
                ByteBuf encoded = encoder.encode(
                        UnpooledByteBufAllocator.DEFAULT,
                        new HeaderBlock().add("a", value).add("b", "\u00ff"));
                HeaderBlock decoded = large.decode(1, encoded);
                assertThat(decoded.first("a")).isEqualTo(value);
                assertThat(decoded.first("b")).isEqualTo("\u00ff");
                encoded.release();
            }
        }
    }

    /** Go's inflater gives out what a block holds when the next one begins, and would wait for it for ever. */
    @Test
    void eachBlockEndsWithASyncFlush() {
        for (int i = 0; i < 2; i++) {
            ByteBuf encoded = encoder.encode(
                    UnpooledByteBufAllocator.DEFAULT, new HeaderBlock().add("a", "v".repeat(70_000 * i + 1)));
            assertThat(ByteBufUtil.hexDump(encoded)).endsWith("000000ffff");
            encoded.release();
        }
    }

    @Test
    void whatMayNotBeSentIsRefusedBeforeTheCompressorSeesIt() {
        HeaderBlockEncoder strict = new HeaderBlockEncoder(100, 3);
        HeaderBlock many =
                new HeaderBlock().add("a", "1").add("b", "1").add("c", "1").add("d", "1");
        for (HeaderBlock bad : new HeaderBlock[] {
            new HeaderBlock().add("", "x"),
            new HeaderBlock().add("Upper", "x"),
            new HeaderBlock().add("a b", "x"),
            new HeaderBlock().add("a", "x\ny"),
            new HeaderBlock().add("a", "x\000y"),
            new HeaderBlock().add("a", "\u0100"),
            new HeaderBlock().add("a", "").add("a", "x"),
            new HeaderBlock().add("a", "x".repeat(100)),
            many
        }) {
            assertThatThrownBy(() -> strict.encode(UnpooledByteBufAllocator.DEFAULT, bad))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        ByteBuf good = strict.encode(UnpooledByteBufAllocator.DEFAULT, new HeaderBlock().add("a", "b"));
        assertThat(decoder.decode(1, good).first("a")).isEqualTo("b");
        good.release();
    }
}
