package io.spdytunnel.examples.it;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Eight visitors who ask for one thing after the other until they are told to stop: small pages, uploads of 64 KiB that
 * come back, downloads, and downloads that take about a second. None of them asks twice for anything.
 */
final class Load implements AutoCloseable {

    static final String UPLOADS = "/probe/echo/";

    private static final int UPLOAD = 64 * 1024;
    private static final int DOWNLOAD = 300_000;
    private static final int SLOW_DOWNLOAD = 8 * Samples.MIB;
    private static final int SIP = 256 * 1024;

    private final Programs programs;
    private final ExecutorService visitors = Executors.newFixedThreadPool(8);
    private final List<Future<?>> load = new ArrayList<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger slowlyServed = new AtomicInteger();
    private final AtomicInteger uploads = new AtomicInteger();
    private volatile boolean enough;

    /** What one visitor does again and again; answers null, or what was wrong. */
    @FunctionalInterface
    private interface Visit {
        String make() throws IOException, InterruptedException;
    }

    Load(Programs programs) throws IOException, InterruptedException {
        this.programs = programs;
        String download = sumOf("/probe/bytes/" + DOWNLOAD);
        String slowDownload = sumOf("/probe/bytes/" + SLOW_DOWNLOAD);
        for (int i = 0; i < 2; i++) {
            keeps("GET", () -> gets("/probe/status/200", "status 200\n"));
            keeps("download", () -> expected(download, sumOf("/probe/bytes/" + DOWNLOAD)));
            keeps("slow download", () -> expected(slowDownload, downloadsSlowly()));
            keeps("POST", this::posts);
        }
    }

    private void keeps(String kind, Visit visit) {
        load.add(visitors.submit(() -> {
            while (!enough) {
                try {
                    String wrong = visit.make();
                    if (wrong != null) {
                        failures.add(kind + ": " + wrong);
                    }
                } catch (IOException broken) {
                    failures.add(kind + ": " + broken);
                }
                served.incrementAndGet();
                LockSupport.parkNanos(MILLISECONDS.toNanos(20)); // the programs that start need the processors too
            }
            return null;
        }));
    }

    private static String expected(String sum, String got) {
        return sum.equals(got) ? null : got;
    }

    private String gets(String target, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = programs.gets(target);
        return answer.statusCode() == 200 && answer.body().equals(body) ? null : answer + " " + answer.body();
    }

    private String posts() throws IOException, InterruptedException {
        int number = uploads.incrementAndGet();
        byte[] body = Samples.bytes(UPLOAD, number);
        HttpResponse<byte[]> answer = programs.visitor.send(
                programs.request(UPLOADS + number)
                        .POST(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofByteArray());
        return answer.statusCode() == 200 && Arrays.equals(answer.body(), body)
                ? null
                : answer + " with " + answer.body().length + " bytes";
    }

    private String sumOf(String target) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer =
                programs.visitor.send(programs.request(target).build(), BodyHandlers.ofByteArray());
        return answer.statusCode() == 200 ? Samples.sha256(answer.body()) : answer.toString();
    }

    private String downloadsSlowly() throws IOException {
        try (RawVisitor visitor = new RawVisitor(programs.frontPort, 16 * 1024)) {
            RawVisitor.Head head =
                    visitor.asks("GET /probe/bytes/" + SLOW_DOWNLOAD).head();
            if (head.status() != 200) {
                return head.toString();
            }
            MessageDigest digest = Samples.sha256();
            InputStream body = visitor.body(head);
            for (byte[] sip = body.readNBytes(SIP); sip.length > 0; sip = body.readNBytes(SIP)) {
                digest.update(sip);
                LockSupport.parkNanos(MILLISECONDS.toNanos(30));
            }
            slowlyServed.incrementAndGet();
            return Samples.hex(digest);
        }
    }

    /** Waits until each kind of visitor has been answered some more. */
    void goesOn() {
        int before = served.get();
        int slowlyBefore = slowlyServed.get();
        await().atMost(20, SECONDS).until(() -> served.get() > before + 30 && slowlyServed.get() > slowlyBefore);
    }

    /** How many uploads were begun; they are numbered from 1. */
    int uploads() {
        return uploads.get();
    }

    /** Lets everybody finish what they are at, and fails if anything went wrong for anybody. */
    int allWentWell() throws Exception {
        enough = true;
        for (Future<?> one : load) {
            one.get(30, SECONDS);
        }
        assertThat(failures).as("of %d requests", served.get()).isEmpty();
        return served.get();
    }

    @Override
    public void close() {
        enough = true;
        visitors.shutdownNow();
    }
}
