package io.spdytunnel.bench;

import io.spdytunnel.bench.Contestant.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** 1 KiB a request, at 1, 32 and 256 connections. */
final class SmallCase {

    /** The number of connections follows. */
    static final String KEY = "small-";

    static final String REQUESTS = "requests/s";
    static final String P50 = "p50 ms";
    static final String P99 = "p99 ms";
    static final String CPU = "CPU µs/request";
    static final String HEAP = "heap KiB/request";

    private static final int[] CONNECTIONS = {1, 32, 256};

    private SmallCase() {}

    static void run(Bench bench) throws Exception {
        bench.inWorkshop(true, workshop -> {
            List<Figures> all = new ArrayList<>();
            for (int connections : CONNECTIONS) {
                all.add(new Figures(KEY + connections, "1 KiB, " + connections + " connections"));
            }
            List<Entry> entries = bench.start(workshop, all.get(0), contestant -> true);
            bench.warm(entries);
            for (int i = 0; i < CONNECTIONS.length; i++) {
                for (int repeat = 0; repeat < bench.options().repeats(); repeat++) {
                    for (Entry entry : entries) {
                        measure(bench, all.get(i), entry, CONNECTIONS[i]);
                    }
                }
                bench.report(all.get(i));
            }
        });
    }

    static void measure(Bench bench, Figures figures, Entry entry, int connections)
            throws IOException, InterruptedException {
        long allocated = entry.tells() ? entry.allocated() : 0;
        double before = entry.cpuSeconds();
        Load.Result result = bench.load()
                .run(entry.site(), "/1024", connections, bench.options().seconds());
        double cpu = entry.cpuSeconds() - before;
        figures.add(entry.name(), REQUESTS, result.rate());
        figures.add(entry.name(), P50, result.p50());
        figures.add(entry.name(), P99, result.p99());
        if (!entry.programs().isEmpty()) {
            figures.add(entry.name(), CPU, cpu * 1e6 / (double) Math.max(1, result.requests()));
            Running.Memory memory = entry.memory();
            figures.addAside(entry.name(), "RSS MiB", memory.rss() / 1048576.0);
            figures.addAside(entry.name(), "PSS MiB", memory.pss() / 1048576.0);
        }
        if (entry.tells()) {
            double grown = entry.allocated() - (double) allocated;
            figures.add(entry.name(), HEAP, grown / 1024 / (double) Math.max(1, result.requests()));
        }
        figures.addAside(entry.name(), "errors", (double) result.errors());
    }
}
