package io.spdytunnel.bench;

import io.spdytunnel.bench.Contestant.Entry;
import java.util.List;

/** One transfer over 25 ms each way, and the same with no delay, by the same programs and the same relays. */
final class DelayCase {

    static final String KEY = "delay";
    static final String DOWN = "down MiB/s";
    static final String UP = "up MiB/s";
    static final String UNDELAYED = ", undelayed";
    private static final int DELAY_MILLIS = 25;

    private DelayCase() {}

    static void run(Bench bench) throws Exception {
        long bytes = (bench.options().quick() ? 16 : 300) * TransferCases.MIB;
        Figures figures = new Figures(KEY, bytes / TransferCases.MIB + " MiB over " + DELAY_MILLIS + " ms each way");
        figures.remark(
                "a relay in the bench's own process holds every byte for " + DELAY_MILLIS + " ms, between the two"
                        + " ends, or before the backend where there is no tunnel; undelayed is through the same relay, holding"
                        + " nothing");
        figures.remark("a transfer is cut after " + Transfers.LIMIT_SECONDS
                + " s, and its rate is that of what went until then");
        figures.remark("the relay takes bytes at once, so TCP's own windows see no delay: this judges those above TCP");
        bench.inFarWorkshop(workshop -> measure(bench, workshop, figures, bytes));
    }

    private static void measure(Bench bench, Workshop workshop, Figures figures, long bytes) throws Exception {
        List<Entry> entries = bench.start(workshop, figures, contestant -> !contestant.answersItself());
        TransferCases.warm(entries, bench.options().warmSeconds(), site -> Transfers.down(site, bytes));
        TransferCases.warm(entries, bench.options().warmSeconds(), site -> Transfers.up(site, bytes));
        for (int repeat = 0; repeat < bench.options().repeats(); repeat++) {
            for (Entry entry : entries) {
                measure(workshop, figures, entry, bytes, 0, UNDELAYED);
                measure(workshop, figures, entry, bytes, DELAY_MILLIS, "");
            }
        }
        bench.report(figures);
    }

    private static void measure(
            Workshop workshop, Figures figures, Entry entry, long bytes, long delayMillis, String how) {
        workshop.delay(delayMillis);
        try {
            figures.add(entry.name(), DOWN + how, TransferCases.attempt(entry, site -> Transfers.down(site, bytes)));
            figures.add(entry.name(), UP + how, TransferCases.attempt(entry, site -> Transfers.up(site, bytes)));
        } finally {
            workshop.delay(0);
        }
    }
}
