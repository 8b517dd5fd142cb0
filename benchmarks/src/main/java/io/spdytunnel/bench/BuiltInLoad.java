package io.spdytunnel.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A load generator for where wrk is not, and for what wrk cannot do: a number of requests, each on a connection of its
 * own. One thread a connection, which costs more CPU than wrk: do not compare figures of the two.
 */
final class BuiltInLoad {

    private static final int TIMEOUT_MILLIS = 10_000;

    private BuiltInLoad() {}

    /**
     * @param atMost requests, then it ends before the time is over
     * @param keepAlive whether a connection is used again
     */
    static Load.Result run(Site site, String path, int connections, int seconds, long atMost, boolean keepAlive)
            throws InterruptedException {
        long begin = System.nanoTime();
        long deadline = begin + TimeUnit.SECONDS.toNanos(seconds);
        AtomicLong left = new AtomicLong(atMost);
        AtomicLong errors = new AtomicLong();
        List<Visitor> visitors = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            visitors.add(new Visitor(site, path, deadline, left, errors, keepAlive));
        }
        visitors.forEach(Thread::start);
        for (Visitor visitor : visitors) {
            visitor.join();
        }
        double took = (System.nanoTime() - begin) / 1e9;
        long[] nanos = visitors.stream()
                .flatMapToLong(visitor -> Arrays.stream(visitor.nanos, 0, visitor.count))
                .sorted()
                .toArray();
        return new Load.Result(
                nanos.length / took, nanos.length, percentile(nanos, 0.50), percentile(nanos, 0.99), errors.get());
    }

    private static double percentile(long[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1, sorted.length * share)] / 1e6;
    }

    private static final class Visitor extends Thread {

        private final Site site;
        private final byte[] request;
        private final long deadline;
        private final AtomicLong left;
        private final AtomicLong errors;
        private final boolean keepAlive;
        private long[] nanos = new long[1024];
        private int count;

        Visitor(Site site, String path, long deadline, AtomicLong left, AtomicLong errors, boolean keepAlive) {
            super("visitor");
            setDaemon(true);
            this.site = site;
            this.request = ("GET " + path + " HTTP/1.1\r\nHost: " + site.hostHeader()
                            + (keepAlive ? "" : "\r\nConnection: close") + "\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1);
            this.deadline = deadline;
            this.left = left;
            this.errors = errors;
            this.keepAlive = keepAlive;
        }

        private boolean goesOn() {
            return System.nanoTime() < deadline && left.get() > 0;
        }

        @Override
        public void run() {
            while (goesOn()) {
                try (Socket socket = new Socket(site.host(), site.port())) {
                    socket.setTcpNoDelay(true);
                    socket.setSoTimeout(TIMEOUT_MILLIS);
                    InputStream in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
                    do {
                        if (left.getAndDecrement() <= 0) {
                            return;
                        }
                        long begin = System.nanoTime();
                        socket.getOutputStream().write(request);
                        Transfers.readAnswer(in);
                        keep(System.nanoTime() - begin);
                    } while (keepAlive && goesOn());
                } catch (IOException failed) {
                    errors.incrementAndGet();
                }
            }
        }

        private void keep(long took) {
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            nanos[count++] = took;
        }
    }
}
