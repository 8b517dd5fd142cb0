package io.spdytunnel.spdy;

import io.spdytunnel.session.StreamNotOpenedException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A DATA frame's cost while many streams of all priorities compete: it must not depend on how many they are. The whole
 * session is in it, since a scheduler without streams has nothing to choose from.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SchedulerBenchmark {

    private static final int FRAME = 16 * 1024;
    private static final int FRAMES = 4000;

    @Param({"4", "40", "400"})
    public int streams;

    private @Nullable TwoEnds ends;

    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public long frames() throws StreamNotOpenedException {
        if (ends == null) {
            ends = new TwoEnds(FRAMES / streams * FRAME);
        }
        return ends.exchange(streams, Scheduler.CLASSES);
    }

    @TearDown
    public void close() {
        if (ends != null) {
            ends.close();
        }
    }
}
