package io.spdytunnel.directory;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.embedded.EmbeddedChannel;
import io.spdytunnel.session.LogQuota;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.SessionEnd;
import io.spdytunnel.spi.Identity;
import io.spdytunnel.testing.RecordingLog;
import io.spdytunnel.tunnel.FakeSession;
import io.spdytunnel.tunnel.TunnelObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** Who holds a name, who is picked, and who waits. */
class OriginDirectoryTest {

    private final EmbeddedChannel clock = new EmbeddedChannel();
    private final List<String> events = new ArrayList<>();
    private final RecordingLog log = new RecordingLog();
    private long now;
    private final OriginDirectory directory = new OriginDirectory(
            new DirectorySettings(ofMinutes(10), 3, 4, ofSeconds(30), 5),
            clock.eventLoop(),
            observer(),
            () -> now,
            new TunnelLog(log, new LogQuota(TunnelLog.LINES_PER_MINUTE, () -> now)));

    OriginDirectoryTest() {
        clock.freezeTime();
    }

    @AfterEach
    void nobodyWaits() {
        directory.close();
        assertThat(directory.waiting()).isZero();
        assertThat(clock.runScheduledPendingTasks()).isEqualTo(-1); // no timer is left
        clock.finishAndReleaseAll();
    }

    @Test
    void hundredTakeOversLeaveOneTunnelAndNothingElse() {
        List<FakeSession> sessions = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            now += ofSeconds(12).toNanos(); // five a minute are allowed
            sessions.add(registers("attic", "key A", "", 0));
        }

        FakeSession last = sessions.get(99);
        assertThat(directory.tunnels()).extracting(OriginTunnel::session).containsExactly(last);
        assertThat(sessions.subList(0, 99)).allMatch(session -> ofSeconds(30).equals(session.drainedFor));
        assertThat(last.drainedFor).isNull();
    }

    @Test
    void lateEndOfTheOldTunnelDoesNotTouchTheNewOne() {
        FakeSession old = registers("attic", "key A", "", 0);
        FakeSession fresh = registers("attic", "key A", "", 0);

        old.ends("at last");

        assertThat(directory.pick("attic")).isSameAs(fresh);
        assertThat(events).containsExactly("up attic", "up attic", "down attic: replaced by a newer one");
    }

    @Test
    void otherIdentityIsRefusedAndTheHolderIsUnaffected() {
        FakeSession holder = registers("attic", "key A", "one", 1);

        OriginDirectory.Claim claim = directory.register(tunnel("attic", "key B", "one", 1, FakeSession.unconnected()));

        assertThat(claim).isEqualTo(OriginDirectory.Claim.HELD_BY_ANOTHER);
        assertThat(directory.pick("attic")).isSameAs(holder);
        assertThat(holder.drainedFor).isNull();
    }

    private OriginDirectory.Claim claims(String instance, int connection) {
        OriginTunnel asked = tunnel("attic", "key A", instance, connection, FakeSession.unconnected());
        return directory.claim(asked.name(), asked.identity(), asked.hello());
    }

    @Test
    void connectionThatRegistersInALoopHasToWait() {
        for (int i = 0; i < 5; i++) {
            assertThat(claims("one", 1)).isEqualTo(OriginDirectory.Claim.FREE);
        }

        assertThat(claims("one", 1)).isEqualTo(OriginDirectory.Claim.TOO_OFTEN);
        assertThat(claims("one", 2)).isEqualTo(OriginDirectory.Claim.FREE);
        assertThat(claims("two", 1)).isEqualTo(OriginDirectory.Claim.FREE);
        now += ofSeconds(12).toNanos();
        assertThat(claims("one", 1)).isEqualTo(OriginDirectory.Claim.FREE);
    }

    @Test
    void nameIsFreeAgainWhenItsHolderIsGone() {
        registers("attic", "key A", "", 0).ends("gone");

        assertThat(registers("attic", "key B", "", 0)).isSameAs(directory.pick("attic"));
    }

    @Test
    void instancesAndConnectionsOfOneIdentityStandSideBySide() {
        registers("attic", "key A", "one", 1);
        registers("attic", "key A", "one", 2);
        registers("attic", "key A", "two", 1);
        registers("attic", "key A", "one", 1);

        assertThat(directory.tunnels("attic")).hasSize(3);
    }

    @Test
    void nameWithItsFillTakesReplacementsOnly() {
        for (int i = 1; i <= 4; i++) {
            registers("attic", "key A", "one", i);
        }

        OriginDirectory.Claim fifth = directory.register(tunnel("attic", "key A", "one", 5, FakeSession.unconnected()));
        FakeSession replacement = registers("attic", "key A", "one", 4);

        assertThat(fifth).isEqualTo(OriginDirectory.Claim.FULL);
        assertThat(directory.tunnels("attic")).hasSize(4).anyMatch(tunnel -> tunnel.session() == replacement);
    }

    @Test
    void sessionThatOwesASignOfLifeIsNotPickedUntilItGivesOne() {
        FakeSession silent = registers("attic", "key A", "one", 1);
        silent.overdue = true;
        assertThat(directory.pick("attic")).isNull();
        assertThat(directory.presence("attic")).isEqualTo(Presence.AWAY);
        CompletableFuture<Session> waiting = directory.await("attic", ofSeconds(5));

        silent.overdue = false;
        clock.advanceTimeBy(20, TimeUnit.MILLISECONDS);
        clock.runScheduledPendingTasks();

        assertThat(waiting).isCompletedWithValue(silent);
        FakeSession other = registers("attic", "key A", "two", 1);
        silent.overdue = true;
        assertThat(directory.pick("attic")).isSameAs(other);
    }

    @Test
    void instanceThatRanksHighestIsPickedWhileItHasRoom() {
        FakeSession one = registers("attic", "key A", "one", 1);
        FakeSession two = registers("attic", "key A", "two", 1);
        FakeSession twoAgain = registers("attic", "key A", "two", 2);
        two.free = 1;

        assertThat(directory.pick("attic", null, instance -> instance.equals("two") ? 1 : 0))
                .isSameAs(twoAgain);
        assertThat(directory.pick("attic", twoAgain, instance -> instance.equals("two") ? 1 : 0))
                .isSameAs(two);
        two.free = 0;
        twoAgain.overdue = true;
        assertThat(directory.pick("attic", null, instance -> instance.equals("two") ? 1 : 0))
                .isSameAs(one);
        assertThat(directory.instanceOf("attic", two)).isEqualTo("two");
    }

    @Test
    void sessionWithTheMostRoomIsPicked() {
        FakeSession busy = registers("attic", "key A", "one", 1);
        FakeSession idle = registers("attic", "key A", "one", 2);
        busy.free = 10;

        assertThat(directory.pick("ATTIC")).isSameAs(idle);
        assertThat(directory.pick("attic", idle)).isSameAs(busy);
        idle.free = 10;
        idle.open = 5;
        assertThat(directory.pick("attic")).isSameAs(busy);
    }

    @Test
    void connectionOnTheCallersLoopIsPickedUnlessItHasMuchMoreToDo() {
        FakeSession elsewhere = registers("attic", "key A", "one", 1);
        FakeSession here = registersHere("attic", "one", 2);
        elsewhere.open = 10;
        here.free = 1;

        here.open = 28;
        assertThat(directory.pick("attic")).isSameAs(here);
        here.open = 29;
        assertThat(directory.pick("attic")).as("much more to do").isSameAs(elsewhere);
        here.open = 0;
        assertThat(directory.pick("attic", here)).as("tried in vain").isSameAs(elsewhere);
        here.free = 0;
        assertThat(directory.pick("attic")).as("full").isSameAs(elsewhere);
        here.free = 1;
        here.overdue = true;
        assertThat(directory.pick("attic")).as("overdue").isSameAs(elsewhere);
    }

    /** Four connections on two loops: none is left idle beside its neighbour. */
    @Test
    void ofSeveralConnectionsOnTheCallersLoopTheOneWithLeastToDoIsPicked() {
        FakeSession elsewhere = registers("attic", "key A", "one", 1);
        FakeSession first = registersHere("attic", "one", 2);
        FakeSession second = registersHere("attic", "one", 3);
        elsewhere.free = 80;
        first.free = 10;
        second.free = 10;
        first.open = 1;

        assertThat(directory.pick("attic")).isSameAs(second);
        second.open = 2;
        assertThat(directory.pick("attic")).isSameAs(first);
        second.free = 20;
        assertThat(directory.pick("attic")).as("room comes first").isSameAs(second);
        second.open = 9;
        assertThat(directory.pick("attic")).as("much more to do").isSameAs(first);
    }

    /** Else a proxy's loops would decide which of two machines gets the work. */
    @Test
    void otherProcessIsNotPickedForItsLoop() {
        FakeSession idle = registers("attic", "key A", "one", 1);
        FakeSession busy = registersHere("attic", "two", 1);
        busy.free = 50;
        FakeSession unnamed = registers("cellar", "key A", "", 1);
        FakeSession busyUnnamed = registersHere("cellar", "", 2);
        busyUnnamed.free = 50;

        assertThat(directory.pick("attic")).isSameAs(idle);
        assertThat(directory.pick("cellar")).isSameAs(unnamed);
    }

    @Test
    void drainingSessionIsNotPicked() {
        registers("attic", "key A", "one", 1).accepting = false;

        assertThat(directory.pick("attic")).isNull();
        assertThat(directory.presence("attic")).isEqualTo(Presence.AWAY);
    }

    @Test
    void nameIsKnownWhileAProducerNamesItOrAnAuthenticatorListsIt() {
        assertThat(directory.presence("attic")).isEqualTo(Presence.UNKNOWN);

        directory.addKnown("Attic");
        directory.addKnown("attic");
        directory.removeKnown("attic");
        assertThat(directory.presence("attic")).isEqualTo(Presence.AWAY);
        directory.removeKnown("attic");
        assertThat(directory.presence("attic")).isEqualTo(Presence.UNKNOWN);

        directory.addLister("cellar"::equals);
        assertThat(directory.presence("CELLAR")).isEqualTo(Presence.AWAY);
        assertThat(directory.presence("no name!")).isEqualTo(Presence.UNKNOWN);
    }

    @Test
    void originThatLeftIsRememberedForTenMinutes() {
        registers("attic", "key A", "", 0).ends("gone");

        now += ofMinutes(10).toNanos() - 1;
        assertThat(directory.presence("attic")).isEqualTo(Presence.AWAY);
        now += 1;
        assertThat(directory.presence("attic")).isEqualTo(Presence.UNKNOWN);
    }

    @Test
    void whoWaitsIsServedOnArrivalInOrder() throws Exception {
        directory.addKnown("attic");
        CompletableFuture<Session> first = directory.await("Attic", ofSeconds(5));
        CompletableFuture<Session> second = directory.await("attic", ofSeconds(5));
        FakeSession session = FakeSession.unconnected();
        session.free = 1;

        directory.register(tunnel("attic", "key A", "", 0, session));

        assertThat(first.get()).isSameAs(session);
        assertThat(second).isNotDone();
        passes(Duration.ofMillis(20)); // the first has not used its slot, as far as anybody can see
        assertThat(second.get()).isSameAs(session);
    }

    @Test
    void whoWaitsForASlotIsServedWhenOneIsFree() throws Exception {
        FakeSession session = registers("attic", "key A", "", 0);
        session.free = 0;
        CompletableFuture<Session> hinted = directory.await("attic", ofSeconds(1));
        session.free = 1;
        directory.slotMayBeFree("attic");
        assertThat(hinted.get()).isSameAs(session);

        session.free = 0;
        CompletableFuture<Session> unaided = directory.await("attic", ofSeconds(1));
        passes(Duration.ofMillis(500));
        assertThat(unaided).isNotDone();
        session.free = 1;
        passes(Duration.ofMillis(20));
        assertThat(unaided.get()).isSameAs(session);
    }

    @Test
    void patienceEnds() {
        directory.addKnown("attic");
        CompletableFuture<Session> waiting = directory.await("attic", ofSeconds(5));

        passes(ofSeconds(5).minusMillis(1));
        assertThat(waiting).isNotDone();
        passes(Duration.ofMillis(1));

        failed(waiting, Presence.AWAY, "origin attic is not connected within 5000 ms");
    }

    @Test
    void unknownOriginIsNotWaitedFor() {
        failed(directory.await("attic", ofSeconds(5)), Presence.UNKNOWN, "no origin is named attic");
        assertThat(directory.waiting()).isZero();
    }

    @Test
    void noPatienceFailsAtOnce() {
        directory.addKnown("attic");

        failed(directory.await("attic", ZERO), Presence.AWAY, "not connected");
    }

    @Test
    void onlySoManyMayWait() {
        directory.addKnown("attic");
        List<CompletableFuture<Session>> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiting.add(directory.await("attic", ofSeconds(5)));
        }

        failed(directory.await("attic", ofSeconds(5)), Presence.AWAY, "too many requests wait already");
        waiting.get(0).cancel(false); // a visitor left
        assertThat(directory.await("attic", ofSeconds(5))).isNotDone();
    }

    private FakeSession registers(String name, String identity, String instance, int connection) {
        FakeSession session = FakeSession.unconnected();
        OriginDirectory.Claim claim = directory.register(tunnel(name, identity, instance, connection, session));
        assertThat(claim).isEqualTo(OriginDirectory.Claim.FREE);
        return session;
    }

    /** A connection of key A's on the clock's loop, which is that of whoever asks. */
    private FakeSession registersHere(String name, String instance, int connection) {
        FakeSession session = registers(name, "key A", instance, connection);
        session.loop = clock.eventLoop();
        return session;
    }

    private static OriginTunnel tunnel(String name, String identity, String instance, int connection, Session session) {
        PeerHello hello = new PeerHello(instance, connection, PeerHello.STRANGER.peer(), PeerHello.STRANGER.spdy());
        InetSocketAddress remote = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711);
        return new OriginTunnel(name, Identity.of("test", identity), hello, remote, session, Instant.EPOCH);
    }

    private void passes(Duration time) {
        for (long left = time.toMillis(); left > 0; left--) {
            clock.advanceTimeBy(1, TimeUnit.MILLISECONDS);
            clock.runScheduledPendingTasks();
        }
    }

    private static void failed(CompletableFuture<Session> future, Presence presence, String message) {
        assertThatThrownBy(future::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(NoOriginException.class, failure -> assertThat(failure.presence())
                        .isEqualTo(presence))
                .hasMessageContaining(message);
    }

    // ---- what is told

    @Test
    void tunnelThatComesAndGoesInPeaceIsTwoLines() {
        registers("attic", "key A", "one", 2).ends("the peer sent GOAWAY");

        assertThat(log.lines())
                .containsExactly(
                        "INFO origin attic: tunnel up from 127.0.0.1, connection 2, 1 in all",
                        "INFO origin attic: tunnel down from 127.0.0.1, 0 left: the peer sent GOAWAY");
    }

    @Test
    void originThatBreaksARuleIsOneWarningWithItsName() {
        registers("attic", "key A", "", 0).ends(SessionEnd.By.PROTOCOL_ERROR, "stream 7 after stream 9");
        registers("cellar", "key A", "", 0).ends(SessionEnd.By.ACCUSED, "sent GOAWAY [PROTOCOL_ERROR]");

        assertThat(log.lines(Level.WARN))
                .containsExactly(
                        "WARN origin attic: tunnel down from 127.0.0.1, 0 left: stream 7 after stream 9",
                        "WARN origin cellar: tunnel down from 127.0.0.1, 0 left: sent GOAWAY [PROTOCOL_ERROR]");
    }

    @Test
    void originThatReturnsAtOnceAgainAndAgainDoesNotFillTheLog() {
        for (int i = 0; i < 1000; i++) {
            registers("attic", "key A", "", i).ends(SessionEnd.By.PROTOCOL_ERROR, "stream " + i + " after stream 9999");
        }
        assertThat(log.lines().stream().filter(line -> !line.startsWith("DEBUG ")))
                .hasSize(20);
        assertThat(log.lines(Level.DEBUG)).hasSize(1980);

        registers("cellar", "key B", "", 0);
        assertThat(log.lines(Level.INFO))
                .as("others are told")
                .last()
                .asString()
                .contains("cellar");

        now += ofMinutes(1).toNanos();
        registers("attic", "key A", "", 0);
        assertThat(log.lines(Level.INFO)).as("a minute later").last().asString().contains("attic");
    }

    private TunnelObserver observer() {
        return new TunnelObserver() {
            @Override
            public void originUp(OriginTunnel tunnel) {
                events.add("up " + tunnel.name());
            }

            @Override
            public void originDown(OriginTunnel tunnel, String reason) {
                events.add("down " + tunnel.name() + ": " + reason);
            }
        };
    }
}
