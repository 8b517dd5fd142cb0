package io.spdytunnel.bench;

import io.spdytunnel.bench.Contestant.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs cases, and writes what they have found. */
final class Bench {

    private static final Logger LOG = LoggerFactory.getLogger(Bench.class);

    /** What a case does with the bench. */
    @FunctionalInterface
    interface Case {
        void run(Bench bench) throws Exception;
    }

    private static final Map<String, Case> CASES = cases();

    private final Options options;
    private final Report report;
    private final Load load = new Load();

    private Bench(Options options, Report report) {
        this.options = options;
        this.report = report;
    }

    private static Map<String, Case> cases() {
        Map<String, Case> cases = new LinkedHashMap<>();
        cases.put("small", SmallCase::run);
        cases.put("big", TransferCases::big);
        cases.put("parallel", TransferCases::parallel);
        cases.put("stalled", StalledCase::run);
        cases.put("delay", DelayCase::run);
        cases.put("idle", IdleCase::run);
        cases.put("churn", ChurnCase::run);
        return cases;
    }

    static List<String> caseNames() {
        return List.copyOf(CASES.keySet());
    }

    public static void main(String[] arguments) throws Exception {
        Options options;
        try {
            options = Options.parse(arguments, caseNames(), Contestants.names());
            options.tryOut();
        } catch (IllegalArgumentException wrong) {
            LOG.error("{}", wrong.getMessage());
            System.exit(2);
            return;
        }
        String stamp =
                ZonedDateTime.now(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmm", Locale.ROOT));
        Report.Verdicts verdicts = options.quick() ? Report.Verdicts.NONE : Report.Verdicts.GIVEN;
        Bench bench = new Bench(options, new Report(options.results(), stamp, head(options), verdicts));
        Runtime.getRuntime().addShutdownHook(new Thread(Leavings.OURS::endAll, "end"));
        int failed = 0;
        for (String name : options.cases()) {
            LOG.info("case {}, load average {}", name, Machine.loadAverage());
            try {
                Case wanted = CASES.get(name);
                if (wanted != null) {
                    wanted.run(bench);
                }
            } catch (Exception broken) { // the other cases may work
                if (Leavings.OURS.ending()) {
                    return;
                }
                failed++;
                LOG.error("case {} failed", name, broken);
            }
        }
        if (!options.quick()) {
            LOG.info("\n{}", bench.report.summary());
        }
        LOG.info("written to {}", bench.report.file());
        System.exit(failed == 0 ? 0 : 1);
    }

    private static String head(Options options) {
        return Machine.describe()
                + "* " + options.repeats() + " × " + options.seconds() + " s each, contestants in turn; "
                + options.warmSeconds() + " s of warming; Java programs with " + String.join(" ", options.jvm()) + "\n"
                + "* wrk: " + Command.version("wrk", "-v") + "; nginx: " + Command.version("nginx", "-v")
                + "; haproxy: "
                + Command.version("haproxy", "-v") + "; ssh: " + Command.version("ssh", "-V") + "\n"
                + "* CPU and memory are those of both ends together, without visitor and backend\n"
                + (options.quick() ? "* **a quick run: these figures mean nothing, and are not judged**\n" : "");
    }

    Options options() {
        return options;
    }

    Load load() {
        return load;
    }

    void report(Figures figures) throws IOException {
        LOG.info("\n{}", report.add(figures));
    }

    // ---- contestants

    /** Work that is done in a place where programs run, all of which end with it. */
    @FunctionalInterface
    interface Work {
        void with(Workshop workshop) throws Exception;
    }

    void inWorkshop(boolean downloadsOnly, Work work) throws Exception {
        inWorkshop(false, downloadsOnly, work);
    }

    /** With a relay between the ends, which can make the way longer. */
    void inFarWorkshop(Work work) throws Exception {
        inWorkshop(true, false, work);
    }

    private void inWorkshop(boolean far, boolean downloadsOnly, Work work) throws Exception {
        Path directory = Leavings.OURS.made(Files.createTempDirectory("spdytunnel-bench"));
        try (Workshop workshop = new Workshop(directory, far, options)) {
            workshop.startBackend(downloadsOnly);
            try {
                work.with(workshop);
            } catch (Exception broken) {
                if (!Leavings.OURS.ending()) {
                    LOG.error("what the programs have said:\n{}", workshop.logs());
                }
                throw broken;
            }
        } finally {
            Leavings.OURS.remove(directory);
        }
    }

    /** Starts who takes part, and notes who is absent. */
    List<Entry> start(Workshop workshop, Figures notes, Predicate<Contestant> suited) throws Exception {
        List<Entry> entries = new ArrayList<>();
        for (Contestant contestant : Contestants.all()) {
            if (!suited.test(contestant) || !isWanted(contestant)) {
                continue;
            }
            if (contestant.absent() != null) {
                notes.remark(contestant.name() + " is absent: " + contestant.absent());
                continue;
            }
            Entry entry = contestant.starter().start(workshop);
            if (works(entry)) {
                entries.add(entry);
            } else {
                notes.remark(contestant.name() + " is absent: it was started, but no request has worked");
                LOG.error("{} does not work:\n{}", contestant.name(), workshop.logs());
            }
        }
        return entries;
    }

    private boolean isWanted(Contestant contestant) {
        return options.contestants().isEmpty()
                || contestant.name().equals(Contestant.DIRECT)
                || options.contestants().stream().anyMatch(contestant.name()::startsWith);
    }

    private static boolean works(Entry entry) throws InterruptedException {
        for (int i = 0; i < 60; i++) {
            if (BuiltInLoad.run(entry.site(), "/1024", 1, 5, 1, false).requests() == 1) {
                return true;
            }
            LockSupport.parkNanos(250_000_000);
        }
        return false;
    }

    /** Gives every JVM the load it will have, until its code is compiled. */
    void warm(List<Entry> entries) throws IOException, InterruptedException {
        for (Entry entry : entries) {
            LOG.info("warming {}", entry.name());
            load.run(entry.site(), "/1024", 32, options.warmSeconds());
        }
    }
}
