package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A service that closes kept connections whenever it likes, also as soon as the next request comes. */
@Timeout(60)
class OddMomentsTest {

    private static final int VISITORS = 16;
    private static final int REQUESTS = 150;
    private static final String YES = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes";

    private final TunnelRig rig = new TunnelRig();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ConcurrentLinkedQueue<String> run = new ConcurrentLinkedQueue<>();
    private ServerSocket service;

    @BeforeEach
    void start() throws Exception {
        service = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
        rig.startsWith(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", "forwardTo=http://127.0.0.1:" + service.getLocalPort()))
                        .setHeader("x", constant("y"));
            }
        });
        rig.isUp();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
        service.close();
        threads.shutdownNow();
    }

    private void accept() {
        for (int seed = 0; true; seed++) {
            try {
                SocketEnd end = new SocketEnd(service.accept());
                Random random = new Random(seed);
                threads.execute(() -> serve(end, random));
            } catch (IOException over) {
                return;
            }
        }
    }

    /** Answers some requests, the first in any case; the last one it reads and drops, with FIN or with RST. */
    private void serve(SocketEnd end, Random random) {
        try (end) {
            do {
                String head = end.head();
                run.add(head.split(" ", 3)[1]);
                end.says(YES);
            } while (random.nextInt(4) != 0);
            switch (random.nextInt(3)) {
                case 0 -> end.head();
                case 1 -> {
                    end.head();
                    end.vanishes();
                }
                default -> end.saysItsLast();
            }
        } catch (IOException over) {
            // its visitor has gone
        }
    }

    private List<String> statuses(String method) throws Exception {
        List<Future<List<String>>> visits = new ArrayList<>();
        for (int i = 0; i < VISITORS; i++) {
            int number = i;
            visits.add(threads.submit(() -> visit(method, number)));
        }
        List<String> all = new ArrayList<>();
        for (Future<List<String>> visit : visits) {
            all.addAll(visit.get(50, TimeUnit.SECONDS));
        }
        return all;
    }

    private List<String> visit(String method, int number) throws IOException {
        List<String> statuses = new ArrayList<>();
        try (SocketEnd visitor = SocketEnd.to(rig.frontPort)) {
            for (int i = 0; i < REQUESTS; i++) {
                visitor.says(method + " /" + number + "/" + i + " HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
                String head = visitor.head();
                visitor.reads(Integer.parseInt(head.replaceFirst("(?is).*content-length: (\\d+).*", "$1")));
                statuses.add(head.split(" ", 3)[1]);
            }
        }
        return statuses;
    }

    @Test
    void noRequestThatMayBeRepeatedFails() throws Exception {
        assertThat(statuses("GET")).hasSize(VISITORS * REQUESTS).containsOnly("200");
    }

    @Test
    void noOtherRunsTwice() throws Exception {
        assertThat(statuses("POST")).hasSize(VISITORS * REQUESTS).containsOnly("200", "502");
        assertThat(run).doesNotHaveDuplicates();
    }
}
