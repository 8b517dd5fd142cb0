package io.spdytunnel.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What an origin costs the proxy while nothing happens: before its first request, and after it. Heap, direct and native
 * memory are told apart.
 *
 * <p>The proxy's heap is of fixed size and touched at start, so that its resident memory grows by what is outside the
 * heap only. That is what the JVM tracks itself, and what libraries allocate: zlib's Inflaters, OpenSSL. One arena and a
 * trim before each look keep away what malloc holds for later.
 */
final class IdleCase {

    static final String KEY = "idle";
    static final String UNUSED = "idle, never used";
    static final String USED = "idle, used once";
    static final String IN_ALL = "KiB in all";
    private static final int FIRST = 10;
    private static final List<String> JVM = List.of(
            "-Xms512m",
            "-Xmx512m",
            "-XX:+AlwaysPreTouch",
            "-XX:NativeMemoryTracking=summary",
            // What the compilers do meanwhile is no origin's.
            "-XX:TieredStopAtLevel=1");

    private IdleCase() {}

    static void run(Bench bench) throws Exception {
        int count = bench.options().quick() ? 50 : 1000;
        bench.inWorkshop(false, workshop -> {
            int port = Workshop.freePort();
            int tunnel = Workshop.freePort();
            Running proxy = workshop.javaForMemory(
                    JVM,
                    "proxy",
                    "proxy",
                    "front=door",
                    "origin=*",
                    "port=" + port,
                    "listen=127.0.0.1:" + tunnel,
                    "keystore=" + workshop.keys().keystore());
            workshop.await(proxy, "127.0.0.1", port);
            Figures figures = figures(count);
            Running first = origins(workshop, "first", tunnel, FIRST);
            for (int again = 0; again < 20; again++) { // until all classes are loaded and what is hot is compiled
                request(port, FIRST);
            }
            Snapshot before = Snapshot.of(proxy);
            first.close();
            origins(workshop, "all", tunnel, count + FIRST);
            awaitLast(port, count + FIRST - 1);
            add(figures, UNUSED, before, Snapshot.of(proxy), count);
            request(port, count + FIRST);
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2));
            add(figures, USED, before, Snapshot.of(proxy), count);
            bench.report(figures);
        });
    }

    private static Figures figures(int count) {
        Figures figures = new Figures(KEY, count + " idle origins");
        figures.remark(
                "per origin at the proxy; the first " + FIRST + " origins are not counted, they make what all share");
        figures.remark("heap: used after a collection. Direct: what Netty and the JDK count. Other: what else the JVM"
                + " tracks (NMT, committed). Untracked: growth of the resident memory outside the heap beyond all that"
                + " the JVM tracks, such as zlib's; less than nothing where committed memory is not touched yet");
        figures.remark(
                "in all: heap, and the greater one of what is tracked outside it and what is resident outside it;"
                        + " without the kernel's socket buffers");
        figures.remark("the proxy runs with " + String.join(" ", JVM) + " and MALLOC_ARENA_MAX=1");
        return figures;
    }

    /**
     * In bytes, after a collection.
     *
     * @param tracked outside the heap, direct memory included
     */
    private record Snapshot(double heap, double direct, double tracked, double resident) {
        static Snapshot of(Running program) throws IOException, InterruptedException {
            List<Double> told = List.of(program.ask("memory").split(" ", -1)).stream()
                    .map(Double::valueOf)
                    .toList();
            jcmd(program, "System.trim_native_heap");
            long tracked = NativeMemory.outsideHeap(jcmd(program, "VM.native_memory", "summary", "scale=KB"));
            return new Snapshot(
                    told.get(0), told.get(1), tracked, program.memory().rss());
        }

        private static String jcmd(Running program, String... words) throws IOException, InterruptedException {
            String jcmd =
                    Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
            return Command.run(
                    30,
                    java.util.stream.Stream.concat(
                                    java.util.stream.Stream.of(jcmd, Long.toString(program.pid())),
                                    java.util.stream.Stream.of(words))
                            .toList());
        }

        Snapshot minus(Snapshot other) {
            return new Snapshot(
                    heap - other.heap, direct - other.direct, tracked - other.tracked, resident - other.resident);
        }
    }

    private static void add(Figures figures, String when, Snapshot before, Snapshot now, int count) {
        Snapshot grown = now.minus(before);
        double scale = 1.0 / 1024 / count;
        figures.add(when, IN_ALL, (grown.heap + Math.max(grown.tracked, grown.resident)) * scale);
        figures.addAside(when, "heap", grown.heap * scale);
        figures.addAside(when, "direct", grown.direct * scale);
        figures.addAside(when, "other tracked", (grown.tracked - grown.direct) * scale);
        figures.addAside(when, "untracked", (grown.resident - grown.tracked) * scale);
    }

    private static Running origins(Workshop workshop, String name, int tunnel, int count) throws Exception {
        return workshop.java(
                "origins-" + name,
                "origins",
                "count=" + count,
                "proxy=127.0.0.1:" + tunnel,
                "truststore=" + workshop.keys().truststore());
    }

    /** Asks the last one only, so that the others stay unused. */
    private static void awaitLast(int port, int last) throws Exception {
        for (int i = 0; i < 240 && !answers(port, last); i++) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
        }
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(5)); // those who were turned away dial again
    }

    private static boolean answers(int port, int number) throws Exception {
        return BuiltInLoad.run(new Site("127.0.0.1", port, "o" + number + ".bench"), "/", 1, 5, 1, false)
                        .requests()
                == 1;
    }

    private static void request(int port, int count) throws Exception {
        int missing = 0;
        for (int i = 0; i < count; i++) {
            boolean there = answers(port, i);
            for (int again = 0; !there && again < 40; again++) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(250));
                there = answers(port, i);
            }
            missing += there ? 0 : 1;
        }
        if (missing > 0) {
            throw new IllegalStateException(missing + " of " + count + " origins do not answer");
        }
    }
}
