package io.spdytunnel.bench;

import io.spdytunnel.bench.Contestant.Entry;
import java.util.List;

/** 10 000 requests, each on a connection of its own: what they cost, and what of them stays. */
final class ChurnCase {

    private ChurnCase() {}

    static void run(Bench bench) throws Exception {
        int requests = bench.options().quick() ? 1000 : 10_000;
        bench.inWorkshop(true, workshop -> {
            Figures figures = new Figures("churn", requests + " requests, each on its own connection");
            List<Entry> entries = bench.start(workshop, figures, contestant -> true);
            bench.warm(entries);
            for (int repeat = 0; repeat < bench.options().repeats(); repeat++) {
                for (Entry entry : entries) {
                    measure(figures, entry, requests);
                }
            }
            bench.report(figures);
        });
    }

    private static void measure(Figures figures, Entry entry, int requests) throws Exception {
        boolean tells = entry.name().startsWith("tunnel");
        long memory = tells ? entry.javaMemory() : 0;
        double cpu = entry.cpuSeconds();
        Load.Result result = BuiltInLoad.run(entry.site(), "/1024", 16, 120, requests, false);
        figures.add(entry.name(), "requests/s", result.rate());
        figures.add(entry.name(), "p99 ms", result.p99());
        if (!entry.programs().isEmpty()) {
            figures.add(
                    entry.name(),
                    "CPU µs/request",
                    (entry.cpuSeconds() - cpu) * 1e6 / (double) Math.max(1, result.requests()));
        }
        if (tells) {
            figures.addAside(entry.name(), "heap and direct memory grown, KiB", (entry.javaMemory() - memory) / 1024.0);
        }
        figures.addAside(entry.name(), "errors", (double) result.errors());
    }
}
