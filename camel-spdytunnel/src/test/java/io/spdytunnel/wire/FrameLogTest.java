package io.spdytunnel.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The frame log's columns, and what it keeps to itself. */
class FrameLogTest {

    @Test
    void aLineHasFixedColumnsAndNoValues() {
        HeaderBlock head =
                new HeaderBlock().add(":method", "GET").add("cookie", "secret").add("cookie", "secret");
        assertThat(FrameLog.blockLine(FrameLog.Direction.IN, FrameType.SYN_STREAM, 7, 212, Fin.FIN, head))
                .isEqualTo("<< 0x00000007   212 SYN_STREAM     FIN [:method, cookie]");
        assertThat(FrameLog.line(FrameLog.Direction.OUT, 1, 16384, "DATA", "")).isEqualTo(">> 0x00000001 16384 DATA");
    }
}
