package io.spdytunnel.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What an origin costs the proxy while nothing happens: before its first request, and after it. */
final class IdleCase {

    private IdleCase() {}

    static void run(Bench bench) throws Exception {
        int count = bench.options().quick() ? 50 : 1000;
        bench.inWorkshop(Place.LOOPBACK, false, workshop -> {
            int port = Workshop.freePort();
            int tunnel = Workshop.freePort();
            // A heap of fixed size; its pages become resident as they are used, so resident memory is an upper bound.
            Running proxy = workshop.java(
                    "proxy",
                    "proxy",
                    "front=door",
                    "origin=*",
                    "port=" + port,
                    "listen=127.0.0.1:" + tunnel,
                    "keystore=" + workshop.keys().keystore());
            workshop.await(proxy, "127.0.0.1", port);
            Figures figures = new Figures(count + " idle origins");
            figures.remark(
                    "KiB per origin at the proxy; the first 10 origins are not counted: they make what all share");
            Running first = origins(workshop, "first", tunnel, 10);
            request(port, 10);
            Snapshot before = Snapshot.of(proxy);
            first.close();
            origins(workshop, "all", tunnel, count + 10);
            awaitLast(port, count + 9);
            add(figures, "idle, never used", before, Snapshot.of(proxy), count);
            request(port, count + 10);
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2));
            add(figures, "idle, used once", before, Snapshot.of(proxy), count);
            bench.report(figures);
        });
    }

    /** In bytes, after a collection. */
    private record Snapshot(double heap, double direct, double resident) {
        static Snapshot of(Running program) throws Exception {
            List<Double> told = List.of(program.ask("memory").split(" ", -1)).stream()
                    .map(Double::valueOf)
                    .toList();
            return new Snapshot(told.get(0), told.get(1), program.memory().rss());
        }
    }

    private static void add(Figures figures, String when, Snapshot before, Snapshot now, int count) {
        figures.add(when, "heap KiB", (now.heap - before.heap) / 1024 / count);
        figures.addAside(when, "direct KiB", (now.direct - before.direct) / 1024 / count);
        figures.addAside(when, "resident KiB, heap pages included", (now.resident - before.resident) / 1024 / count);
    }

    private static Running origins(Workshop workshop, String name, int tunnel, int count) throws Exception {
        return workshop.javaAtOrigin(
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
