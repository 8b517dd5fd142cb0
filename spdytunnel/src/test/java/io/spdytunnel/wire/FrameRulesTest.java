package io.spdytunnel.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Single rules of the draft about bits, lengths and codes (SPDY/3.1 2.2, 2.6). */
class FrameRulesTest {

    private final FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULT);
    private final FrameNotes notes = new FrameNotes();
    private final ByteBuf written = Unpooled.buffer();
    private final FrameWriter writer = new NettySpdyFrameWriter(
            UnpooledByteBufAllocator.DEFAULT,
            frame -> {
                written.writeBytes(frame);
                frame.release();
            },
            64 * 1024,
            10_000);

    @AfterEach
    void free() {
        decoder.close();
        written.release();
    }

    private List<String> reads(ByteBuf bytes) {
        while (decoder.decode(bytes, notes)) {
            // goes on
        }
        return notes.taken();
    }

    private static ByteBuf control(int type, int flags, int length) {
        return Unpooled.buffer()
                .writeShort(0x8003)
                .writeShort(type)
                .writeByte(flags)
                .writeMedium(length);
    }

    @Test
    void reservedBitsMeanNothing() {
        assertThat(reads(control(3, 0, 8).writeInt(0x80000005).writeInt(5))).containsExactly("rstStream 5 5");
        assertThat(reads(control(9, 0, 8).writeInt(0x80000005).writeInt(0x80000007)))
                .containsExactly("windowUpdate 5 7");
        assertThat(reads(control(7, 0, 8).writeInt(0x80000005).writeInt(0))).containsExactly("goAway 5 0");
        ByteBuf syn = control(1, 0, 10)
                .writeInt(0x80000003)
                .writeInt(0x80000001)
                .writeByte(0x5F) // priority 2 and five unused bits
                .writeByte(0xFF); // slot
        assertThat(reads(syn)).containsExactly("synStream 3 1 2 MORE EXPECTED");
    }

    @Test
    void aStreamMayBeOneWayAndBelongToAnother() {
        writer.synStream(2, 1, 7, Fin.FIN, FrameListener.Answer.FORBIDDEN, new HeaderBlock().add("a", "b"));
        assertThat(written.getByte(4)).isEqualTo((byte) 3); // FIN and UNIDIRECTIONAL
        assertThat(reads(written)).containsExactly("synStream 2 1 7 FIN FORBIDDEN a=b");
    }

    @Test
    void everyControlFrameOfOursCarriesVersion3InNetworkByteOrder() {
        writer.ping(0x01020304);
        assertThat(ByteBufUtil.hexDump(written)).isEqualTo("80030006" + "00000004" + "01020304");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 6, 7, 9})
    void flagsOnFramesThatHaveNoneEndTheSession(int type) {
        ByteBuf flagged = control(type, 1, type == 6 ? 4 : 8).writeLong(1);
        assertThatThrownBy(() -> reads(flagged)).isInstanceOf(SessionError.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9_000, 60_000})
    void longControlFramesAreTaken(int length) {
        FrameLimits large = FrameLimits.DEFAULT.withMaxBlockBytes(63_000);
        try (FrameDecoder patient = new FrameDecoder(large)) {
            writer.synReply(1, Fin.FIN, new HeaderBlock().add("a", "x".repeat(length)));
            while (patient.decode(written, notes)) {
                // goes on
            }
        }
        assertThat(notes.taken())
                .singleElement()
                .asString()
                .startsWith("synReply 1 FIN a=")
                .hasSize(17 + length);
    }

    @Test
    void aFrameLongerThanTheLimitIsRefusedByItsHeader() {
        int tooLong = FrameLimits.DEFAULT.maxControlBytes() + 1;
        assertThatThrownBy(() -> reads(control(1, 0, tooLong)))
                .isInstanceOf(SessionError.class)
                .hasMessageContaining(tooLong + " bytes");
    }

    @Test
    void tooManyFieldsCostTheStreamAndAreCalledTooLarge() {
        HeaderBlock many = new HeaderBlock();
        for (int i = 0; i <= FrameLimits.DEFAULT.maxFields(); i++) {
            many.add("x" + i, "");
        }
        writer.synStream(1, 0, Fin.FIN, many);
        writer.synStream(3, 0, Fin.FIN, new HeaderBlock().add("a", "b"));
        assertThat(reads(written))
                .containsExactly("malformed SYN_STREAM 1 FRAME_TOO_LARGE", "synStream 3 0 0 FIN EXPECTED a=b");
    }

    @Test
    void settingsLeaveInAscendingOrderOnceAndAskForNoPersistence() {
        writer.settings(new Settings().add(7, 1).add(4, 2).add(7, 3));
        assertThat(ByteBufUtil.hexDump(written))
                .isEqualTo("80030004" + "00000014" + "00000002" + "0000000400000002" + "0000000700000001");
    }

    @Test
    void whatThePeerAsksToPersistIsTakenAsAnyOtherSetting() {
        ByteBuf flagged = control(4, 1, 20) // CLEAR_SETTINGS
                .writeInt(2)
                .writeInt(0x01000004) // PERSIST_VALUE
                .writeInt(10)
                .writeInt(0x02000007) // PERSISTED
                .writeInt(20);
        assertThat(reads(flagged)).containsExactly("settings Settings{4=10, 7=20}");
    }

    @Test
    void statusCodesAreTheDrafts() {
        assertThat(Stream.of(StreamStatus.values()).map(StreamStatus::code))
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 11); // never 0; 10 was SPDY/3's
        assertThat(StreamStatus.of(0)).isNull();
        assertThat(Stream.of(SessionStatus.values()).map(SessionStatus::code)).containsExactly(0, 1, 2);
        assertThat(SessionStatus.of(11)).isEqualTo(SessionStatus.INTERNAL_ERROR);
        assertThat(SessionStatus.of(7)).isEqualTo(SessionStatus.PROTOCOL_ERROR);
    }
}
