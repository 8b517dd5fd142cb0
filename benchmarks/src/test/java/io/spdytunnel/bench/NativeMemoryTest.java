package io.spdytunnel.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NativeMemoryTest {

    @Test
    void allButTheHeapIsAddedUp() {
        long bytes = NativeMemory.outsideHeap("""
                4711:

                Native Memory Tracking:

                Total: reserved=3000000KB, committed=524298KB
                       malloc: 26KB #3000
                -                 Java Heap (reserved=524288KB, committed=524288KB)
                                            (mmap: reserved=524288KB, committed=524288KB)

                -        Native Memory Tracking (reserved=3KB, committed=3KB)
                                            (malloc=1KB #9)
                                            (tracking overhead=2KB)

                -                     Other (reserved=70KB, committed=7KB)
                                            (malloc=7KB #3)
                """);

        assertThat(bytes).isEqualTo(10 * 1024);
    }

    @Test
    void aJvmThatTracksNothingIsNotTakenForASmallOne() {
        assertThatThrownBy(() -> NativeMemory.outsideHeap("4711:\nNative memory tracking is not enabled\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not enabled");
    }
}
