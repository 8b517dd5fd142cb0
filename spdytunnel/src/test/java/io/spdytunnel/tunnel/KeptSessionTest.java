package io.spdytunnel.tunnel;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.spdytunnel.directory.Presence;
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

/** When a server is dialled, and who waits how long. The random source always says: half of what is possible. */
class KeptSessionTest {

    private final EmbeddedChannel loop = new EmbeddedChannel();
    private final List<CompletableFuture<Session>> dials = new ArrayList<>();
    private final FrozenClock clock = new FrozenClock();
    private final KeptSession kept = new KeptSession(
            "server.example.com:6121",
            this::dial,
            loop.eventLoop(),
            new RedialPace(SpdyConnectorSettings.to("server.example.com", 6121).redial(), () -> 0.5),
            clock);

    KeptSessionTest() {
        loop.freezeTime();
    }

    @AfterEach
    void closedItLeavesNothing() {
        kept.close(ZERO);
        runs();
        int before = dials.size();
        var unused = kept.await("any", ofSeconds(1));
        passes(ofMinutes(10));
        assertThat(dials).hasSize(before);
        assertThat(loop.runScheduledPendingTasks()).isEqualTo(-1);
        loop.finishAndReleaseAll();
    }

    @Test
    void serverIsDialledByTheFirstRequestAndNotBefore() {
        passes(ofMinutes(1));
        assertThat(dials).isEmpty();
        assertThat(kept.presence("any")).isEqualTo(Presence.AWAY);

        CompletableFuture<Session> first = asks(ofSeconds(5));
        CompletableFuture<Session> second = asks(ofSeconds(5));

        assertThat(dials).hasSize(1);
        FakeSession session = succeeds();
        assertThat(first).isCompletedWithValue(session);
        assertThat(second).isCompletedWithValue(session);
        assertThat(kept.pick("any")).isSameAs(session);
        assertThat(kept.presence("any")).isEqualTo(Presence.HERE);
    }

    @Test
    void whoWaitsInVainIsToldWhy() {
        CompletableFuture<Session> request = asks(ofMillis(200));
        fails("connection refused");

        passes(ofMillis(200));

        assertThat(request)
                .isCompletedExceptionally()
                .failsWithin(ZERO)
                .withThrowableThat()
                .withMessageContaining("no session to server.example.com:6121 within 200 ms: connection refused");
    }

    @Test
    void serverIsDialledAgainMoreAndMoreSlowlyAndForWhoWaitsOnly() {
        var unused = asks(ofSeconds(1));
        for (int wait : new int[] {50, 100, 200, 400}) {
            int before = dials.size();
            fails("connection refused");
            passes(ofMillis(wait - 1));
            assertThat(dials).hasSize(before);
            passes(ofMillis(1));
            assertThat(dials).hasSize(before + 1);
        }
        fails("connection refused");
        passes(ofMinutes(1));

        assertThat(dials).hasSize(5);
    }

    @Test
    void aRequestDuringTheWaitIsServedAfterIt() {
        CompletableFuture<Session> impatient = asks(ZERO);
        fails("connection refused");
        assertThat(impatient).isCompletedExceptionally();

        CompletableFuture<Session> next = asks(ofSeconds(5));
        assertThat(dials).hasSize(1);
        passes(ofMillis(50));

        assertThat(dials).hasSize(2);
        assertThat(next).isCompletedWithValue(succeeds());
    }

    @Test
    void anEndedSessionIsReplacedByTheNextRequest() {
        var unused = asks(ofSeconds(5));
        FakeSession old = succeeds();
        passes(ofSeconds(10));

        old.accepting = false; // it drains
        old.ends("the peer sent GOAWAY");
        passes(ofMinutes(1));
        assertThat(dials).hasSize(1);

        CompletableFuture<Session> next = asks(ofSeconds(5));
        assertThat(dials).hasSize(2);
        assertThat(next).isCompletedWithValue(succeeds());
    }

    @Test
    void aDrainingSessionIsReplacedBeforeItHasEnded() {
        var unused = asks(ofSeconds(5));
        FakeSession old = succeeds();
        old.accepting = false;

        CompletableFuture<Session> next = asks(ofSeconds(5));

        assertThat(dials).hasSize(2);
        FakeSession replacement = succeeds();
        assertThat(next).isCompletedWithValue(replacement);
        old.ends("drained");
        assertThat(kept.pick("any")).isSameAs(replacement);
    }

    @Test
    void aBusyServersSlotsAreWaitedFor() {
        var unused = asks(ofSeconds(5));
        FakeSession session = succeeds();
        session.free = 0;
        CompletableFuture<Session> served = asks(ofSeconds(5));
        CompletableFuture<Session> left = asks(ofMillis(100));
        assertThat(dials).hasSize(1);

        session.free = 1;
        kept.slotMayBeFree("any");
        session.free = 0;
        passes(ofMillis(100));

        assertThat(served).isCompletedWithValue(session);
        assertThat(left)
                .failsWithin(ZERO)
                .withThrowableThat()
                .withMessageContaining("server.example.com:6121 has no free slot within 100 ms");
    }

    @Test
    void whoAsksHowItIsHasItDialled() {
        assertThat(kept.status().isUp()).isFalse();
        runs();
        assertThat(dials).hasSize(1);

        fails("connection refused");
        assertThat(kept.status())
                .isEqualTo(new TunnelStatus(false, "not connected to server.example.com:6121: connection refused"));
        passes(ofMillis(50));
        var unused = kept.status();
        runs();
        succeeds();

        assertThat(kept.status()).isEqualTo(new TunnelStatus(true, "connected to server.example.com:6121"));
    }

    @Test
    void closingDrainsTheSessionAndSendsHomeWhoWaits() {
        var unused = asks(ofSeconds(5));
        FakeSession session = succeeds();
        session.free = 0;
        CompletableFuture<Session> waiting = asks(ofSeconds(5));

        CompletableFuture<Void> closed = kept.close(ofSeconds(7)).toCompletableFuture();
        runs();

        assertThat(session.drainedFor).isEqualTo(ofSeconds(7));
        assertThat(waiting).isCompletedExceptionally();
        assertThat(closed).isNotDone();
        session.ends("drained");
        assertThat(closed).isDone();
    }

    // ---- the story's verbs

    private CompletableFuture<Session> dial(EventLoop eventLoop) {
        CompletableFuture<Session> dial = new CompletableFuture<>();
        dials.add(dial);
        return dial;
    }

    private CompletableFuture<Session> asks(Duration patience) {
        CompletableFuture<Session> session = kept.await("any", patience);
        runs();
        return session;
    }

    private FakeSession succeeds() {
        FakeSession session = FakeSession.unconnected();
        dials.get(dials.size() - 1).complete(session);
        runs();
        return session;
    }

    private void fails(String why) {
        dials.get(dials.size() - 1).completeExceptionally(new DialFailedException(why));
        runs();
    }

    private void runs() {
        loop.runPendingTasks();
        loop.runScheduledPendingTasks();
    }

    /** Step by step, as clocks do. */
    private void passes(Duration time) {
        for (long left = time.toMillis(); left > 0; left -= 10) {
            long step = Math.min(10, left);
            clock.now = clock.now.plusMillis(step);
            loop.advanceTimeBy(step, TimeUnit.MILLISECONDS);
            runs();
        }
    }

    private static final class FrozenClock extends Clock {

        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(@Nullable ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
