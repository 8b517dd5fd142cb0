package io.spdytunnel.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The frame log's columns, and what it keeps to itself. */
class FrameLogTest {

    private static final HeaderBlock HEAD =
            new HeaderBlock().add(":method", "GET").add("cookie", "secret").add("cookie", "secret");

    @Test
    void aLineHasFixedColumns() {
        assertThat(FrameLog.line(FrameLog.Direction.IN, 7, 212, "SYN_STREAM", "FIN [:method]"))
                .isEqualTo("<< 0x00000007   212 SYN_STREAM     FIN [:method]");
        assertThat(FrameLog.line(FrameLog.Direction.OUT, 1, 16384, "DATA", "")).isEqualTo(">> 0x00000001 16384 DATA");
    }

    @Test
    void namesStandThereOnceAndWithoutValues() {
        assertThat(FrameLog.names(HEAD)).isEqualTo("[:method, cookie]");
    }

    @Test
    void anOpenedStreamShowsItsPriorityAndWhatItBelongsTo() {
        assertThat(FrameLog.flags(Fin.FIN, FrameListener.Answer.EXPECTED, 3, 0)).isEqualTo("FIN priority 3 ");
        assertThat(FrameLog.flags(Fin.MORE, FrameListener.Answer.FORBIDDEN, 7, 5))
                .isEqualTo("UNIDIRECTIONAL priority 7 associated-to 5 ");
    }

    @Test
    void valuesThatAreAskedForCannotForgeALine() {
        HeaderBlock head = new HeaderBlock()
                .add(":path", "/a?b=c")
                .add("x", "tab\there")
                .add("y", "up\u001b[2J\u009b1m\r\n<< 0x00000009")
                .add("z", "back\\slash \u00e4");
        assertThat(FrameLog.values(head))
                .isEqualTo("[:path=/a?b=c, x=tab\\x09here, y=up\\x1b[2J\\x9b1m\\x0d\\x0a<< 0x00000009,"
                        + " z=back\\x5cslash \u00e4]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie"})
    void whatLetsItsBearerInIsNeverShown(String name) {
        String onTheWire = name.toLowerCase(Locale.ROOT);
        assertThat(FrameLog.values(new HeaderBlock().add("a", "1").add(onTheWire, "s3cret")))
                .isEqualTo("[a=1, " + onTheWire + "=(hidden)]");
    }
}
