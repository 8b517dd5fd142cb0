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
    private static final int READERS = 64;
    private static final long BODY = 300L << 20;

    private StalledCase() {}

    static void run(Bench bench) throws Exception {
        bench.inWorkshop(Place.LOOPBACK, true, workshop -> {
            Figures figures = new Figures(READERS + " stalled readers beside 32 connections with small requests");
            List<Entry> entries = bench.start(
                    workshop,
                    figures,
                    contestant -> !contestant.answersItself()
                            && !contestant.name().contains("plain netty-http")
                            && !contestant.name().startsWith("netty-http"));
            figures.remark("netty-http without the front door collects whole answers: 64 of 300 MiB are not tried");
            bench.warm(entries);
            for (int repeat = 0; repeat < bench.options().repeats(); repeat++) {
                for (Entry entry : entries) {
                    double unloaded = rate(bench, entry);
                    figures.add(entry.name(), "requests/s without them", unloaded);
                    stalled(bench, figures, entry, unloaded, "never read", 0);
                    stalled(bench, figures, entry, unloaded, "read 2 s first", 2);
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
        long before = tells ? entry.javaMemory() : 0;
        List<Socket> readers = new ArrayList<>();
        try {
            for (int i = 0; i < READERS; i++) {
                readers.add(Transfers.begin(entry.site(), BODY));
            }
            if (readSeconds > 0) {
                readAll(readers, readSeconds);
            }
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1)); // until all windows are full
            figures.add(entry.name(), "share of the rate, " + how, rate(bench, entry) / unloaded);
            if (tells) {
                figures.addAside(entry.name(), "MiB grown, " + how, (entry.javaMemory() - before) / 1048576.0);
            }
        } finally {
            for (Socket reader : readers) {
                reader.close();
            }
        }
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1)); // until their ends have been seen
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
