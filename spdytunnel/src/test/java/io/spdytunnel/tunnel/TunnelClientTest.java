package io.spdytunnel.tunnel;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.spdytunnel.session.Session;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When an origin dials, and when it does not. The random source always says: half of what is possible. */
class TunnelClientTest {

    private final EmbeddedChannel loop = new EmbeddedChannel();
    private final List<CompletableFuture<Session>> dials = new ArrayList<>();
    private final FrozenClock clock = new FrozenClock();
    private final TunnelClient client = new TunnelClient(
            TunnelClientSettings.of("proxy.example.com", 1444, "attic", Credentials.NONE),
            loop.eventLoop(),
            this::dial,
            new RedialPace(Redial.DEFAULT, () -> 0.5),
            TunnelObserver.NONE,
            clock);

    TunnelClientTest() {
        loop.freezeTime();
    }

    @AfterEach
    void closedClientLeavesNothing() {
        client.close(ZERO);
        runs();
        int before = dials.size();
        passes(ofMinutes(10));
        assertThat(dials).hasSize(before);
        assertThat(loop.runScheduledPendingTasks()).isEqualTo(-1);
        loop.finishAndReleaseAll();
    }

    @Test
    void proxyThatIsAwayIsDialledForEver() {
        starts();
        for (long millis : new long[] {500, 1000, 2000, 4000, 8000, 16000, 30000, 30000}) {
            int before = dials.size();
            fails("connection refused");
            passes(Duration.ofMillis(millis - 1));
            assertThat(dials).hasSize(before);
            passes(Duration.ofMillis(1));
            assertThat(dials).hasSize(before + 1);
        }
    }

    @Test
    void statusSaysWhatFailedAndWhenTheNextDialIs() {
        assertThat(client.status()).isEqualTo(new TunnelStatus(false, "not started"));
        starts();
        assertThat(client.status()).isEqualTo(new TunnelStatus(false, "dialling proxy.example.com:1444"));

        refuses(401, null);
        passes(Duration.ofMillis(500));
        refuses(401, null);

        assertThat(client.status().sentence())
                .isEqualTo("not connected to proxy.example.com:1444: refused with 401: no; 2 times in a row;"
                        + " next dial at 2026-01-01T00:00:01Z");

        passes(ofSeconds(1));
        succeeds();
        assertThat(client.status())
                .isEqualTo(new TunnelStatus(true, "connected to proxy.example.com:1444 since 2026-01-01T00:00:01Z"));
    }

    @Test
    void refusedOriginComesAgainAtTheSlowerPace() {
        starts();
        for (int i = 0; i < 12; i++) {
            refuses(401, null);
            passes(ofMinutes(5));
        }
        int before = dials.size();

        refuses(403, null);
        passes(ofSeconds(149));
        assertThat(dials).hasSize(before);
        passes(ofSeconds(1));
        assertThat(dials).hasSize(before + 1);
    }

    @Test
    void retryAfterIsKept() {
        starts();
        refuses(503, ofSeconds(100));

        passes(ofSeconds(100));
        assertThat(dials).hasSize(1);
        passes(ofSeconds(1));
        assertThat(dials).hasSize(2);
    }

    @Test
    void lostTunnelIsDialledAgainAfterTheSpreadOfTheHerd() {
        starts();
        FakeSession session = succeeds();
        passes(ofSeconds(60));

        session.ends("connection reset");
        runs();
        assertThat(client.status().isUp()).isFalse();
        assertThat(client.status().sentence()).contains("lost the tunnel: connection reset");
        passes(Duration.ofMillis(2999));
        assertThat(dials).hasSize(1);
        passes(Duration.ofMillis(1));

        assertThat(dials).hasSize(2);
    }

    @Test
    void drainingProxyIsDialledAnewWhileItsOldStreamsFinish() {
        starts();
        FakeSession old = succeeds();
        passes(ofSeconds(60));

        old.accepting = false;
        passes(Duration.ofMillis(3500));
        FakeSession fresh = succeeds();
        old.ends("drained");
        runs();

        assertThat(dials).hasSize(2);
        assertThat(client.status().isUp()).isTrue();
        assertThat(old.drainedFor).isNull();
        assertThat(fresh.drainedFor).isNull();
    }

    @Test
    void suspendDrainsAndResumeDialsAtOnce() {
        starts();
        FakeSession session = succeeds();

        CompletableFuture<Void> suspended = client.suspend(ofSeconds(30)).toCompletableFuture();
        runs();
        assertThat(session.drainedFor).isEqualTo(ofSeconds(30));
        assertThat(suspended).isNotDone();
        session.ends("drained");
        runs();
        assertThat(suspended).isCompleted();
        passes(ofMinutes(10));
        assertThat(dials).hasSize(1);
        assertThat(client.status()).isEqualTo(new TunnelStatus(false, "suspended"));

        client.resume();
        runs();
        assertThat(dials).hasSize(2);
    }

    @Test
    void suspendGivesADialUp() {
        starts();

        CompletableFuture<Void> suspended = client.suspend(ofSeconds(30)).toCompletableFuture();
        runs();

        assertThat(dials.get(0)).isCancelled();
        assertThat(suspended).isCompleted();
    }

    @Test
    void closedClientDoesNotResume() {
        starts();
        client.close(ZERO);
        client.resume();
        runs();

        assertThat(dials).hasSize(1);
        assertThat(client.status()).isEqualTo(new TunnelStatus(false, "closed"));
    }

    private CompletableFuture<Session> dial(EventLoop ignored) {
        CompletableFuture<Session> dial = new CompletableFuture<>();
        dials.add(dial);
        return dial;
    }

    private void starts() {
        client.start();
        runs();
    }

    private FakeSession succeeds() {
        FakeSession session = FakeSession.unconnected();
        last().complete(session);
        runs();
        return session;
    }

    private void fails(String reason) {
        last().completeExceptionally(new DialFailedException(reason));
        runs();
    }

    private void refuses(int status, @Nullable Duration retryAfter) {
        last().completeExceptionally(new DialFailedException("refused with " + status + ": no", status, retryAfter));
        runs();
    }

    private CompletableFuture<Session> last() {
        return dials.get(dials.size() - 1);
    }

    private void runs() {
        loop.runPendingTasks();
    }

    private void passes(Duration time) {
        long step = Math.min(time.toMillis(), 500);
        for (long left = time.toMillis(); left > 0; left -= step) {
            long now = Math.min(left, step);
            clock.now = clock.now.plusMillis(now);
            loop.advanceTimeBy(now, TimeUnit.MILLISECONDS);
            loop.runScheduledPendingTasks();
        }
    }

    private static final class FrozenClock extends Clock {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
