package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spdytunnel.directory.OriginTunnel;
import io.spdytunnel.http.OutcomeUnknown;
import io.spdytunnel.http.RequestNotSent;
import io.spdytunnel.http.TunnelFailure;
import io.spdytunnel.session.Session;
import io.spdytunnel.spdy.StreamIds;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.SessionStatus;
import io.spdytunnel.wire.Settings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions come to their end and others take over: what is lost by that, and what never happens twice. */
class GracefulEndTest {

    private final TunnelRig rig = new TunnelRig();
    private final ExecutorService visitors = Executors.newFixedThreadPool(8);
    private final Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();

    @AfterEach
    void close() {
        visitors.shutdownNow();
        rig.close();
    }

    private List<OriginTunnel> tunnels() {
        return rig.proxy
                .getComponent("spdytunnel", SpdyTunnelComponent.class)
                .running()
                .directory()
                .tunnels();
    }

    private void upWithConnections(int connections, String pace) throws Exception {
        rig.startsWith(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", "connections=" + connections).replace("redialMax=200", pace))
                        .process(exchange -> {
                            String path = exchange.getMessage().getHeader(Exchange.HTTP_PATH, String.class);
                            runs.computeIfAbsent(path, any -> new AtomicInteger())
                                    .incrementAndGet();
                            exchange.getMessage()
                                    .setBody("done " + exchange.getMessage().getBody(String.class));
                        });
            }
        });
        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> tunnels().size() == connections);
    }

    @Test
    void streamIdsRunOutWithoutAFailedRequest() throws Exception {
        upWithConnections(1, "redialStep=60s&redialSpread=60s"); // had it to wait, requests would fail
        Session first = tunnels().get(0).session();
        StreamIds.leave(first, 100);

        List<Future<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String path = "/" + i;
            answers.add(visitors.submit(() -> rig.gets(path).statusCode()));
        }

        for (Future<Integer> answer : answers) {
            assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(200);
        }
        assertThat(runs.values()).hasSize(300).allMatch(count -> count.get() == 1);
        assertThat(first.whenEnded().toCompletableFuture()).succeedsWithin(10, TimeUnit.SECONDS);
        assertThat(tunnels()).extracting(OriginTunnel::session).doesNotContain(first);
    }

    @Test
    void noPostRunsTwiceWhateverBecomesOfSessions() throws Exception {
        upWithConnections(2, "redialMax=200&redialStep=50&redialSpread=50");
        CountDownLatch finished = new CountDownLatch(600);
        Map<String, Future<Integer>> answers = new HashMap<>();
        for (int i = 0; i < 600; i++) {
            String path = "/" + i;
            answers.put(path, visitors.submit(() -> {
                try {
                    return rig.posts(path, "x".repeat(1000)).statusCode();
                } finally {
                    finished.countDown();
                }
            }));
        }
        Random random = new Random(1);
        int ended = 0;
        while (!finished.await(20, TimeUnit.MILLISECONDS)) {
            List<OriginTunnel> up = tunnels();
            if (!up.isEmpty() && ended < 30) {
                up.get(random.nextInt(up.size())).session().drain(Duration.ofMillis(random.nextInt(3)));
                ended++;
            }
        }

        int served = 0;
        for (Map.Entry<String, Future<Integer>> answer : answers.entrySet()) {
            int times = runs.getOrDefault(answer.getKey(), new AtomicInteger()).get();
            int status = answer.getValue().get();
            switch (status) {
                case 200 ->
                    assertThat(times)
                            .as("POST %s was answered", answer.getKey())
                            .isEqualTo(1);
                case 503 ->
                    assertThat(times)
                            .as("POST %s was not sent", answer.getKey())
                            .isZero();
                default ->
                    assertThat(times)
                            .as("POST %s ended with %d", answer.getKey(), status)
                            .isLessThan(2);
            }
            served += status == 200 ? 1 : 0;
        }
        assertThat(ended).as("sessions ended meanwhile").isGreaterThan(3);
        assertThat(served).as("requests served all the same").isGreaterThan(300);
    }

    // ---- foreign origins, frame by frame

    private void listens(String options) throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to(rig.tunnel("origin1", options).replace("sslContextParameters=#tls", "tls=false"));
            }
        });
        rig.proxy.start();
    }

    private CompletableFuture<String> sends(Object body) {
        return rig.proxy.createProducerTemplate().asyncRequestBody("direct:in", body, String.class);
    }

    /** One of several processes of one origin, of this project or not. */
    private RawOrigin origin(String instance) throws IOException {
        RawOrigin origin = new RawOrigin(rig.tunnelPort);
        String hello = instance.isEmpty() ? "" : "Spdytunnel: version=1, instance=" + instance + ", connection=1\r\n";
        assertThat(origin.registers("origin1", "Authorization: Bearer " + TunnelRig.TOKEN + "\r\n" + hello))
                .startsWith("HTTP/1.1 200");
        return origin;
    }

    private static void answers(RawOrigin origin, int stream) {
        origin.writer()
                .synReply(
                        stream, Fin.FIN, new HeaderBlock().add(":status", "204").add(":version", "HTTP/1.1"));
    }

    private static String hearsRequest(RawOrigin origin) {
        return origin.hears(frame -> frame.startsWith("SYN_STREAM"));
    }

    private static TunnelFailure failureOf(CompletableFuture<String> answer) throws Exception {
        try {
            throw new AssertionError("answered: " + answer.get(10, TimeUnit.SECONDS));
        } catch (ExecutionException failed) {
            return (TunnelFailure) failed.getCause().getCause();
        }
    }

    @Test
    void aRequestBeyondTheLastGoodStreamIsSentOnAnotherSession() throws Exception {
        listens("");
        try (RawOrigin leaving = origin("a")) {
            CompletableFuture<String> answer = sends(null);
            hearsRequest(leaving);
            try (RawOrigin staying = origin("b")) {
                leaving.writer().goAway(0, SessionStatus.OK);

                assertThat(hearsRequest(staying)).startsWith("SYN_STREAM 1 ").endsWith("FIN");
                answers(staying, 1);
                assertThat(answer.get(5, TimeUnit.SECONDS)).isNullOrEmpty();
            }
        }
    }

    @Test
    void itFailsAsNotSentWhereItsBodyHasBegunToLeave() throws Exception {
        listens("");
        try (RawOrigin leaving = origin("a")) {
            CompletableFuture<String> answer = sends("a body");
            leaving.hears(frame -> frame.startsWith("DATA"));
            try (RawOrigin staying = origin("b")) {
                leaving.writer().goAway(0, SessionStatus.OK);

                assertThat(failureOf(answer)).isInstanceOf(RequestNotSent.class);
                assertThat(staying.isStillAnswered()).isTrue();
            }
        }
    }

    @Test
    void aStrangersLastGoodStreamIsNotBelievedForAPost() throws Exception {
        listens("");
        try (RawOrigin stranger = origin("")) {
            CompletableFuture<String> answer = sends("a body");
            hearsRequest(stranger);
            stranger.writer().goAway(0, SessionStatus.OK);

            assertThat(failureOf(answer)).isInstanceOf(OutcomeUnknown.class);
        }
    }

    @Test
    void beyondOneSessionsStreamsAnotherIsTakenAndThenTheWaitIsShort() throws Exception {
        listens("awaitSlot=300");
        try (RawOrigin one = origin("a");
                RawOrigin two = origin("b")) {
            allowsOneStream(one);
            allowsOneStream(two);

            CompletableFuture<String> first = sends(null);
            CompletableFuture<String> second = sends(null);
            hearsRequest(one);
            hearsRequest(two);
            TunnelFailure tooMany = failureOf(sends(null));

            assertThat(tooMany).isInstanceOf(RequestNotSent.class).hasMessageContaining("no free slot within 300 ms");
            assertThat(tooMany.status()).isEqualTo(503);
            assertThat(tooMany.retryAfter()).isNotNull();
            answers(one, 1);
            answers(two, 1);
            assertThat(first.get(5, TimeUnit.SECONDS)).isNullOrEmpty();
            assertThat(second.get(5, TimeUnit.SECONDS)).isNullOrEmpty();
        }
    }

    private static void allowsOneStream(RawOrigin origin) {
        origin.writer().settings(new Settings().add(Settings.MAX_CONCURRENT_STREAMS, 1));
        assertThat(origin.isStillAnswered()).isTrue(); // so the proxy has seen it
    }

    @Test
    void twoEndsThatDifferInTheirVersionOfSpdyAreToldSo() throws Exception {
        listens("spdyVersion=3");
        try (RawOrigin origin = new RawOrigin(rig.tunnelPort)) {
            assertThat(origin.registers("origin1", "Spdytunnel: version=1, instance=a, connection=1\r\n"))
                    .startsWith("HTTP/1.1 400");
        }
        assertThatThrownBy(() -> listens("spdyVersion=2")).hasStackTraceContaining("spdyVersion is 2");
    }
}
