package io.spdytunnel.bench;

import io.spdytunnel.bench.Contestant.Entry;
import java.io.IOException;
import java.util.List;

/** One transfer over a link with 25 ms each way, made by netem between the proxy and a network namespace. */
final class DelayCase {

    private static final String NAMESPACE = "spdytunnel-bench";
    private static final String NEAR = "10.231.77.1";
    private static final String FAR = "10.231.77.2";
    private static final int DELAY_MILLIS = 25;

    private DelayCase() {}

    static void run(Bench bench) throws Exception {
        long bytes = (bench.options().quick() ? 4 : 100) * TransferCases.MIB;
        Figures figures = new Figures(bytes / TransferCases.MIB + " MiB over " + DELAY_MILLIS + " ms each way");
        try {
            lay();
        } catch (IOException forbidden) {
            remove();
            figures.remark("not measured, no delay can be made here: "
                    + String.valueOf(forbidden.getMessage()).strip());
            bench.report(figures);
            return;
        }
        try {
            Place place = new Place(NEAR, FAR, List.of("ip", "netns", "exec", NAMESPACE));
            bench.inWorkshop(place, false, workshop -> measure(bench, workshop, figures, bytes));
        } finally {
            remove();
        }
    }

    private static void measure(Bench bench, Workshop workshop, Figures figures, long bytes) throws Exception {
        List<Entry> entries = bench.start(workshop, figures, contestant -> !contestant.answersItself());
        bench.warm(entries);
        for (int repeat = 0; repeat < bench.options().repeats(); repeat++) {
            for (Entry entry : entries) {
                add(figures, entry, "down MiB/s", site -> Transfers.down(site, bytes));
                add(figures, entry, "up MiB/s", site -> Transfers.up(site, bytes));
            }
        }
        bench.report(figures);
    }

    private static void add(Figures figures, Entry entry, String metric, TransferCases.Transfer transfer) {
        figures.add(entry.name(), metric, TransferCases.attempt(entry, transfer));
    }

    private static void lay() throws IOException, InterruptedException {
        if (!Command.exists("ip") || !Command.exists("tc")) {
            throw new IOException("ip and tc are not installed");
        }
        ip("ip netns add " + NAMESPACE);
        ip("ip link add stbench0 type veth peer name stbench1 netns " + NAMESPACE);
        ip("ip addr add " + NEAR + "/24 dev stbench0");
        ip("ip link set stbench0 up");
        inside("ip addr add " + FAR + "/24 dev stbench1");
        inside("ip link set stbench1 up");
        inside("ip link set lo up");
        ip("tc qdisc add dev stbench0 root netem delay " + DELAY_MILLIS + "ms limit 100000");
        inside("tc qdisc add dev stbench1 root netem delay " + DELAY_MILLIS + "ms limit 100000");
    }

    private static void inside(String command) throws IOException, InterruptedException {
        ip("ip netns exec " + NAMESPACE + " " + command);
    }

    private static void ip(String command) throws IOException, InterruptedException {
        Command.run(10, command.split(" ", -1));
    }

    /** What was laid, and its other end with it; nothing where nothing was. */
    private static void remove() throws InterruptedException {
        for (String command : List.of("ip link del stbench0", "ip netns del " + NAMESPACE)) {
            try {
                ip(command);
            } catch (IOException neverLaid) {
                org.slf4j.LoggerFactory.getLogger(DelayCase.class).debug("{}", neverLaid.getMessage());
            }
        }
    }
}
