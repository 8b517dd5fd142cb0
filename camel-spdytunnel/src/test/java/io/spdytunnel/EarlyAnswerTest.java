package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A service that answers before it has seen the whole request, and hangs up: its answer is what counts. */
@Timeout(60)
class EarlyAnswerTest {

    private static final int TIMES = 30;
    private static final byte[] UPLOAD = new byte[4_000_000];
    private static final String REFUSAL =
            "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"a\"\r\nContent-Length: 5\r\n\r\nwho?\n";

    private final TunnelRig rig = new TunnelRig();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private SocketService service;

    @BeforeEach
    void start() throws Exception {
        service = new SocketService();
        rig.startsWith(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", "forwardTo=" + service.url())).log("${header.CamelHttpPath}");
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

    /** To close a socket with unread bytes is to reset the connection, as many servers do. */
    @Test
    void theAnswerCountsMoreThanTheWriteThatFailed() throws Exception {
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < TIMES; i++) {
            try (SocketEnd visitor = SocketEnd.to(rig.frontPort)) {
                visitor.says("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + UPLOAD.length + "\r\n\r\n");
                CompletableFuture<Void> upload = CompletableFuture.runAsync(() -> uploads(visitor), threads);
                try (SocketEnd behind = service.accepts()) {
                    behind.head();
                    behind.reads(1000);
                    behind.says(REFUSAL);
                }
                answers.add(visitor.head().split("\r\n", 2)[0] + " " + visitor.readsText(5));
                visitor.socket().close();
                upload.join();
            }
        }
        assertThat(answers).hasSize(TIMES).containsOnly("HTTP/1.1 401 Unauthorized who?\n");
    }

    private static void uploads(SocketEnd visitor) {
        try {
            visitor.sends(UPLOAD);
        } catch (IOException nobodyReads) {
            // the answer is there
        }
    }

    /** Without an answer it is what it was: nobody knows whether the request has run. */
    @Test
    void aServiceThatOnlyHangsUpIsStill502() throws Exception {
        try (SocketEnd visitor = SocketEnd.to(rig.frontPort)) {
            visitor.says("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + UPLOAD.length + "\r\n\r\n");
            CompletableFuture<Void> upload = CompletableFuture.runAsync(() -> uploads(visitor), threads);
            try (SocketEnd behind = service.accepts()) {
                behind.head();
                behind.reads(1000);
            }
            assertThat(visitor.head()).startsWith("HTTP/1.1 502 ");
            visitor.socket().close();
            upload.join();
        }
    }
}
