package io.spdytunnel.spdy;

import io.spdytunnel.session.StreamNotOpenedException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A request and its whole answer, through both ends of a session and all that both do: frames, windows, states. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SessionBenchmark {

    @Param({"1024", "1048576"})
    public int bytes;

    private @Nullable TwoEnds ends;

    @Benchmark
    public long roundTrip() throws StreamNotOpenedException {
        if (ends == null) {
            ends = new TwoEnds(bytes);
        }
        return ends.exchange(1, 1);
    }

    @TearDown
    public void close() {
        if (ends != null) {
            ends.close();
        }
    }
}
