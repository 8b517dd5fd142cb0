package io.spdytunnel.bench;

import io.spdytunnel.bench.Contestant.Entry;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Large bodies: one at a time each way, and many at once. */
final class TransferCases {

    static final long MIB = 1 << 20;
    static final String DOWN = "big-down";
    static final String UP = "big-up";
    static final String RATE = "MiB/s";
    static final String CPU = "CPU s/GiB";

    /** The compiler of a JVM is at work on the ways of large bodies for some 9 GiB: longer than on those of small ones. */
    private static final int TIMES_THE_WARMING = 2;

    private TransferCases() {}

    /** One way of moving bytes. */
    @FunctionalInterface
    interface Transfer {
        /** MiB per second. */
        double run(Site site) throws IOException;
    }

    static void big(Bench bench) throws Exception {
        long bytes = (bench.options().quick() ? 32 : 300) * MIB;
        bench.inWorkshop(
                true,
                workshop ->
                        measure(bench, workshop, DOWN, bytes / MIB + " MiB down", site -> Transfers.down(site, bytes)));
        bench.inWorkshop(
                false,
                workshop -> measure(bench, workshop, UP, bytes / MIB + " MiB up", site -> Transfers.up(site, bytes)));
    }

    static void parallel(Bench bench) throws Exception {
        int downloads = 32;
        long bytes = (bench.options().quick() ? 4 : 32) * MIB;
        bench.inWorkshop(
                true,
                workshop -> measure(
                        bench,
                        workshop,
                        "parallel",
                        downloads + " downloads of " + bytes / MIB + " MiB at once",
                        site -> Transfers.downTogether(site, bytes, downloads)));
    }

    private static void measure(Bench bench, Workshop workshop, String key, String title, Transfer transfer)
            throws Exception {
        Figures figures = new Figures(key, title);
        List<Entry> entries = bench.start(workshop, figures, contestant -> !contestant.answersItself());
        int warmSeconds = TIMES_THE_WARMING * bench.options().warmSeconds();
        figures.remark("each contestant was warmed for " + warmSeconds + " s");
        warm(entries, warmSeconds, transfer);
        for (int repeat = 0; repeat < bench.options().repeats(); repeat++) {
            for (Entry entry : entries) {
                add(figures, entry, transfer);
            }
        }
        bench.report(figures);
    }

    static void warm(List<Entry> entries, int seconds, Transfer transfer) {
        for (Entry entry : entries) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            do {
                attempt(entry, transfer);
            } while (System.nanoTime() < deadline);
        }
    }

    static void add(Figures figures, Entry entry, Transfer transfer) {
        double before = entry.cpuSeconds();
        long begin = System.nanoTime();
        double rate = attempt(entry, transfer);
        double gibibytes = rate * (System.nanoTime() - begin) / 1e9 / 1024; // it may have been cut
        double cpu = entry.cpuSeconds() - before;
        figures.addAside(entry.name(), "failed", Double.isNaN(rate) ? 1 : 0);
        if (Double.isNaN(rate)) {
            return;
        }
        figures.add(entry.name(), RATE, rate);
        if (!entry.programs().isEmpty()) {
            figures.add(entry.name(), CPU, cpu / gibibytes);
            figures.addAside(entry.name(), "RSS MiB", entry.memory().rss() / 1048576.0);
            figures.addAside(entry.name(), "PSS MiB", entry.memory().pss() / 1048576.0);
        }
    }

    /** NaN where it fails: that is a result, too. */
    static double attempt(Entry entry, Transfer transfer) {
        try {
            return transfer.run(entry.site());
        } catch (IOException failed) {
            org.slf4j.LoggerFactory.getLogger(TransferCases.class).warn("{}: {}", entry.name(), failed.getMessage());
            return Double.NaN;
        }
    }
}
