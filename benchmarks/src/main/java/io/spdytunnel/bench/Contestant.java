package io.spdytunnel.bench;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One way to get to the backend.
 *
 * @param name in tables
 * @param answersItself whether it has no backend, and only 1 KiB to give
 * @param absent why it cannot take part here, null if it can
 */
record Contestant(
        String name, boolean answersItself, @Nullable String absent, Starter starter) {

    static final String DIRECT = "direct";

    /** Puts the programs together. */
    @FunctionalInterface
    interface Starter {
        Entry start(Workshop workshop) throws Exception;
    }

    /**
     * A contestant that runs.
     *
     * @param programs whose CPU and memory are its costs: both ends, not the backend
     */
    record Entry(String name, Site site, List<Running> programs) {

        double cpuSeconds() {
            return programs.stream().mapToDouble(Running::cpuSeconds).sum();
        }

        Running.Memory memory() {
            return programs.stream().map(Running::memory).reduce(new Running.Memory(0, 0), Running.Memory::plus);
        }

        /** Whether its programs answer questions. */
        boolean tells() {
            return !programs.isEmpty()
                    && (name.startsWith("tunnel") || name.startsWith("netty-http") || name.equals("Cranker"));
        }

        /** Bytes of heap that were allocated so far. */
        long allocated() throws IOException {
            long sum = 0;
            for (Running program : programs) {
                sum += Long.parseLong(program.ask("allocated"));
            }
            return sum;
        }

        /** Heap after a collection and direct memory, of all that can tell; in bytes. */
        long javaMemory() throws IOException {
            long sum = 0;
            for (Running program : programs) {
                sum += program.javaMemory();
            }
            return sum;
        }
    }
}
