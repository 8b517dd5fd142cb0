package io.spdytunnel.spdy;

import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.ReceiveWindow;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What 16 KiB cost in each window they pass. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WindowsBenchmark {

    private static final int PIECE = 16 * 1024;
    private static final int MAX_WINDOW = 8 * 1024 * 1024;

    private final SendWindow sending = new SendWindow(1 << 20);
    private final ReceiveWindow receiving = receiving();
    private long nanos;

    private static ReceiveWindow receiving() {
        MemoryBudget budget = new MemoryBudget(64L << 20);
        if (!budget.take(MemoryBudget.STREAM_BYTES)) {
            throw new IllegalStateException("a fresh budget has room for one stream");
        }
        return new ReceiveWindow(budget, MAX_WINDOW, 0);
    }

    @Benchmark
    public boolean useAndGrowSendWindow() {
        sending.use(PIECE);
        return sending.grow(PIECE);
    }

    /** Returns the update that would be announced, mostly 0. */
    @Benchmark
    public int useAndConsumeReceiveWindow() {
        receiving.use(PIECE);
        nanos += 20_000;
        return receiving.consumed(PIECE, nanos);
    }
}
