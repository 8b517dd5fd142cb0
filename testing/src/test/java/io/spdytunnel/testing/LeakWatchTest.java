package io.spdytunnel.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Test;

/** The watch over all other tests sees a leak, or its silence would mean nothing. */
class LeakWatchTest {

    @Test
    void forgottenBufferIsFoundAndItsLastUserNamed() throws Exception {
        // given
        forgetsABuffer();

        // then
        assertThat(LeakWatch.findLeaks())
                .singleElement()
                .asString()
                .contains("ByteBuf", "LeakWatchTest.forgetsABuffer");
        assertThat(LeakWatch.findLeaks()).isEmpty();
    }

    @Test
    void releasedBufferIsNone() throws Exception {
        ByteBufAllocator.DEFAULT.buffer(16).release();

        assertThat(LeakWatch.findLeaks()).isEmpty();
    }

    private static void forgetsABuffer() {
        ByteBuf forgotten = ByteBufAllocator.DEFAULT.buffer(16);
        forgotten.writeByte(1);
    }
}
