package io.spdytunnel.spdy;

import static org.assertj.core.api.Assertions.assertThat;

import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.StreamEnd;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A peer of SPDY/3, which knows windows of streams but none of the session. */
class Spdy3Test {

    private static final int FIRST = MemoryBudget.STREAM_BYTES;
    private static final int MANY = 40;

    private final InMemoryPeer peer = new InMemoryPeer(
            Role.RESPONDER,
            SessionSettings.DEFAULT.withVersion(SessionSettings.Version.SPDY_3),
            new MemoryBudget(InMemoryPeer.BUDGET));

    @BeforeEach
    void theSessionsWindowIsNotSpokenOf() {
        assertThat(peer.hears()).containsExactly("Settings{4=1000, 7=65536}");
    }

    @AfterEach
    void nothingIsLeft() {
        peer.close();
    }

    @Test
    void bodiesAreSentWithoutAnyRoomForTheSession() {
        for (int i = 0; i < MANY; i++) {
            peer.opensStream(Fin.FIN);
            peer.lastAccepted().stream().reply(new HeaderBlock().add(":status", "200"), Fin.MORE);
            peer.lastAccepted().stream().send(InMemoryPeer.bytes(FIRST), Fin.FIN);
        }
        peer.hears();
        assertThat(peer.dataHeard()).isEqualTo((long) MANY * FIRST);
        peer.accepted().forEach(each -> assertThat(each.end().cause()).isEqualTo(StreamEnd.Cause.FINISHED));
    }

    @Test
    void aStreamsOwnWindowStillHolds() {
        peer.opensStream(Fin.FIN);
        peer.lastAccepted().stream().reply(new HeaderBlock().add(":status", "200"), Fin.MORE);
        peer.lastAccepted().stream().send(InMemoryPeer.bytes(2 * FIRST), Fin.FIN);
        peer.hears();
        assertThat(peer.dataHeard()).isEqualTo(FIRST);
        peer.writer().windowUpdate(1, FIRST);
        peer.hears();
        assertThat(peer.dataHeard()).isEqualTo(2L * FIRST);
    }

    @Test
    void bodiesAreTakenWithoutGivingRoomToTheSession() {
        int enough = 2 * SessionReceiveWindow.BYTES / FIRST; // twice what a 3.1 peer may send unasked
        for (int i = 0; i < enough; i++) {
            int id = peer.opensStream();
            peer.sends(id, FIRST);
            peer.lastAccepted().consumesAll();
            peer.sendsLast(id, "");
            assertThat(peer.hears()).allMatch(frame -> frame.startsWith("WINDOW_UPDATE " + id + " "));
            peer.lastAccepted().stream().reply(new HeaderBlock().add(":status", "200"), Fin.FIN);
            peer.staysSilentFor(Duration.ofMillis(1));
            peer.hears();
        }
        peer.isStillConnected();
    }

    @Test
    void roomForTheSessionMeansNothing() {
        peer.writer().windowUpdate(0, 5);
        peer.writer().windowUpdate(0, 0);
        peer.writer().windowUpdate(0, Integer.MAX_VALUE);
        peer.heardNothing();
        peer.isStillConnected();
    }
}
