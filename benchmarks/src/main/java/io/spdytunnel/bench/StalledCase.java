package io.spdytunnel.bench;

import io.spdytunnel.bench.Contestant.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Visitors who begin a download and stop reading, beside others with small requests: the others must not notice, and
 * memory must not grow beyond what is promised. Some never read a byte, some read for two seconds first.
 */
final class StalledCase {

    private static final Logger LOG = LoggerFactory.getLogger(StalledCase.class);
    static final String KEY = "stalled";
    static final String SHARE = "share of the rate, ";
    static final String GROWN_PROXY = "proxy MiB held, ";
    private static final String NEVER = "never read";
    private static final String FIRST = "read 2 s first";
    static final List<String> HOWS = List.of(NEVER, FIRST);
    private static final int READERS = 64;
    private static final int SETTLE_SECONDS = 30;

    /** Whatever a kernel takes counts as read. Its own choice would be MiBs, and those who "never read" would have. */
    private static final int RECEIVE_BUFFER = 32 * 1024;

    private static final long BODY = 300L << 20;

    private StalledCase() {}

    /**
     * What they may take of the proxy's memory: their stream's window and as much on the visitor's connection each, or,
     * once they have earned larger windows, the memory budget, which is a quarter of the JVM's.
     */
    static double mostMebibytes(String how) {
        return how.equals(NEVER) ? READERS * 2 * 64 / 1024.0 : 256;
    }

    static void run(Bench bench) throws Exception {
        bench.inWorkshop(true, workshop -> {
            Figures figures = new Figures(KEY, READERS + " stalled readers beside 32 connections with small requests");
            List<Entry> entries = bench.start(
                    workshop,
                    figures,
                    contestant -> !contestant.answersItself()
                            && !contestant.name().contains("plain netty-http")
                            && !contestant.name().startsWith("netty-http"));
            figures.remark("netty-http without the front door collects whole answers: 64 of 300 MiB are not tried");
            figures.remark(
                    "held: heap after a collection and buffers in use; with pools: direct memory that is kept for"
                            + " later, too");
            figures.remark(
                    "each reader has " + RECEIVE_BUFFER / 1024 + " KiB of receive buffer; what the kernels take counts"
                            + " as read, and earns a stream room: the proxy's has 512 KiB of send buffer a visitor, or twice that");
            bench.warm(entries);
            for (Entry entry : entries) { // large bodies take other paths than small ones
                List<Socket> readers = new ArrayList<>();
                begin(entry, readers, 2);
                for (Socket reader : readers) {
                    reader.close();
                }
            }
            for (int repeat = 0; repeat < bench.options().repeats(); repeat++) {
                for (Entry entry : entries) {
                    double unloaded = rate(bench, entry);
                    figures.add(entry.name(), "requests/s without them", unloaded);
                    stalled(bench, figures, entry, unloaded, NEVER, 0);
                    stalled(bench, figures, entry, unloaded, FIRST, 2);
                }
            }
            bench.report(figures);
        });
    }

    private static double rate(Bench bench, Entry entry) throws IOException, InterruptedException {
        return bench.load()
                .run(entry.site(), "/1024", 32, bench.options().seconds())
                .rate();
    }

    private static void stalled(Bench bench, Figures figures, Entry entry, double unloaded, String how, int readSeconds)
            throws Exception {
        boolean tells = entry.name().startsWith("tunnel");
        long reserved = tells ? entry.javaMemory() : 0;
        List<Long> held = tells ? held(entry) : List.of();
        List<Socket> readers = new ArrayList<>();
        try {
            begin(entry, readers, readSeconds);
            if (!settles(entry)) {
                figures.remark(entry.name() + ", " + how + ": its programs were still busy after " + SETTLE_SECONDS
                        + " s in which nobody read");
            }
            if (tells) {
                List<Long> now = held(entry);
                figures.addAside(entry.name(), GROWN_PROXY + how, mebibytes(now.get(0) - held.get(0)));
                figures.addAside(entry.name(), "origin MiB held, " + how, mebibytes(now.get(1) - held.get(1)));
                double grown = mebibytes(entry.javaMemory() - reserved);
                figures.addAside(entry.name(), "MiB both, with pools, " + how, grown);
            }
            figures.add(entry.name(), SHARE + how, rate(bench, entry) / unloaded);
        } finally {
            for (Socket reader : readers) {
                reader.close();
            }
        }
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1)); // until their ends have been seen
    }

    private static void begin(Entry entry, List<Socket> readers, int readSeconds) throws Exception {
        for (int i = 0; i < READERS; i++) {
            readers.add(Transfers.begin(entry.site(), BODY, RECEIVE_BUFFER));
        }
        if (readSeconds > 0) {
            readAll(readers, readSeconds);
        }
    }

    /**
     * Waits until the programs have come to rest. Before that all buffers on the way are still being filled, those of
     * the kernel too, some MiB a connection: hundreds in all, which a JVM that has never moved a large body takes
     * seconds for. The question is what the stalled ones cost, not what the filling does.
     */
    private static boolean settles(Entry entry) {
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        double before = entry.cpuSeconds();
        for (int i = 0; i < 2 * SETTLE_SECONDS; i++) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
            double now = entry.cpuSeconds();
            if (now - before < 0.05) {
                LOG.info("{} has come to rest after {} s", entry.name(), 1.5 + i * 0.5);
                return true;
            }
            before = now;
        }
        return false;
    }

    /** Of the proxy and of the origin, in bytes. */
    private static List<Long> held(Entry entry) throws IOException {
        List<Long> held = new ArrayList<>();
        for (Running program : entry.programs()) {
            held.add(program.heldMemory());
        }
        return held;
    }

    private static double mebibytes(long bytes) {
        return bytes / 1048576.0;
    }

    private static void readAll(List<Socket> readers, int seconds) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        List<Thread> threads = new ArrayList<>();
        for (Socket reader : readers) {
            Thread thread = new Thread(() -> read(reader, deadline));
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void read(Socket reader, long deadline) {
        byte[] buffer = new byte[64 * 1024];
        try {
            reader.setSoTimeout(200);
            InputStream in = reader.getInputStream();
            while (System.nanoTime() < deadline) {
                try {
                    if (in.read(buffer) < 0) {
                        return;
                    }
                } catch (SocketTimeoutException nothingYet) {
                    LOG.trace("nothing yet");
                }
            }
        } catch (IOException cut) {
            LOG.warn("a reader was cut: {}", cut.getMessage());
        }
    }
}
