package io.spdytunnel.spdy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.ReceiveWindow;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.SessionLimits;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.Stream;
import io.spdytunnel.session.StreamEnd;
import io.spdytunnel.session.StreamNotOpenedException;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.SessionStatus;
import io.spdytunnel.wire.Settings;
import io.spdytunnel.wire.StreamStatus;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How many streams, how much memory, and how much nonsense. */
class LimitsTest {

    private static final int WINDOW = MemoryBudget.STREAM_BYTES;

    /** None of them the default, so that a limit that is ignored shows. */
    private static final SessionLimits LIMITS = new SessionLimits(20, 7, 5, 9, 3, 4, 15, 50, 1000);

    private static SessionSettings settings(int streams, int resets) {
        return SessionSettings.DEFAULT.withMaxConcurrentStreams(streams).withLimits(LIMITS.withMaxResets(resets));
    }

    private static InMemoryPeer responder(int streams, int resets, long budget) {
        InMemoryPeer peer = new InMemoryPeer(Role.RESPONDER, settings(streams, resets), new MemoryBudget(budget));
        peer.hears();
        return peer;
    }

    @Test
    void streamsBeyondTheAnnouncedNumberAreRefused() {
        try (InMemoryPeer peer = responder(2, 100, InMemoryPeer.BUDGET)) {
            peer.opensStream();
            peer.opensStream();
            int third = peer.opensStream();
            peer.wasReset(third, StreamStatus.REFUSED_STREAM);
            peer.lastAccepted().stream().reset(StreamStatus.CANCEL);
            peer.hears();
            peer.opensStream();
            assertThat(peer.accepted()).hasSize(3);
        }
    }

    @Test
    void noMoreStreamsAreAnnouncedThanTheBudgetCanHold() {
        try (InMemoryPeer peer =
                new InMemoryPeer(Role.RESPONDER, settings(1000, 100), new MemoryBudget(3 * WINDOW + 5))) {
            assertThat(peer.hears()).first().isEqualTo("Settings{4=3, 7=65536}");
        }
    }

    @Test
    void aStreamThatDoesNotFitIntoTheBudgetIsRefused() {
        MemoryBudget budget = new MemoryBudget(3 * WINDOW);
        try (InMemoryPeer peer = new InMemoryPeer(Role.RESPONDER, settings(1000, 100), budget)) {
            peer.hears();
            budget.take(2 * WINDOW); // another session's
            peer.opensStream();
            int second = peer.opensStream();
            peer.wasReset(second, StreamStatus.REFUSED_STREAM);
            budget.giveBack(2 * WINDOW);
        }
    }

    @Test
    void aStreamThatDoesNotFitIntoTheBudgetIsNotOpened() throws Exception {
        try (InMemoryPeer peer = new InMemoryPeer(Role.INITIATOR, SessionSettings.DEFAULT, new MemoryBudget(WINDOW))) {
            peer.isSentAStream(Fin.FIN, 0);
            assertThat(peer.session().freeStreams()).isZero();
            assertThatThrownBy(() -> peer.isSentAStream(Fin.FIN, 0)).isInstanceOf(StreamNotOpenedException.class);
        }
    }

    @Test
    void whenTheBudgetIsShortWindowsShrinkBackAsTheyAreRead() {
        int first = ReceiveWindow.UNPROVEN_SIZE;
        try (InMemoryPeer peer = responder(100, 100, 4 * first + 8 * WINDOW)) {
            peer.opensStream();
            RecordingListener grown = peer.lastAccepted();
            peer.sends(1, WINDOW);
            grown.consumesAll();
            for (int consumed = WINDOW; consumed < ReceiveWindow.UNPROVEN_BYTES; consumed += first) {
                peer.sends(1, first);
                grown.consumesAll();
            }
            peer.sends(1, 2 * first);
            grown.consumesAll();
            assertThat(peer.budget().used()).isEqualTo(4L * first);
            for (int i = 0; i < 6; i++) {
                peer.opensStream();
            }
            assertThat(peer.budget().used()).isEqualTo(4L * first + 6 * WINDOW);
            peer.hears();

            peer.sends(1, 4 * first);
            grown.consumes(WINDOW);
            peer.heardNothing();
            assertThat(peer.budget().used()).isEqualTo(4L * first + 5 * WINDOW);
        }
    }

    @Test
    void aResetRequestKeepsItsPlaceUntilItsWorkIsDone() {
        try (InMemoryPeer peer = responder(1, 100, InMemoryPeer.BUDGET)) {
            Stream[] running = new Stream[1];
            peer.isServedBy((stream, head, fin) -> {
                stream.keepPlace();
                running[0] = stream;
                return new RecordingListener(stream);
            });
            int first = peer.opensStream();
            peer.writer().rstStream(first, StreamStatus.CANCEL);
            int second = peer.opensStream();
            peer.wasReset(second, StreamStatus.REFUSED_STREAM);

            running[0].givePlaceBack();
            running[0].givePlaceBack();

            peer.opensStream();
            peer.heardNothing();
            assertThat(peer.session().openStreams()).isEqualTo(1);
        }
    }

    @Test
    void resetsAreCounted() {
        try (InMemoryPeer peer = responder(100, 20, InMemoryPeer.BUDGET)) {
            for (int i = 0; i < 20; i++) {
                peer.writer().rstStream(peer.opensStream(), StreamStatus.CANCEL);
            }
            peer.staysSilentFor(Duration.ofMillis(1500)); // earns one more
            peer.writer().rstStream(peer.opensStream(), StreamStatus.CANCEL);
            peer.heardNothing();
            peer.writer().rstStream(peer.opensStream(), StreamStatus.CANCEL);
            peer.wasToldToGoAway(43, SessionStatus.PROTOCOL_ERROR);
            peer.isDisconnected();
        }
    }

    @Test
    void framesInErrorAreCounted() {
        try (InMemoryPeer peer = responder(100, 20, InMemoryPeer.BUDGET)) {
            for (int i = 0; i < LIMITS.maxErrors(); i++) {
                peer.sends(1001 + 2 * i, "x");
            }
            peer.isStillConnected();
            peer.sends(1, "x");
            peer.wasToldToGoAway(0, SessionStatus.PROTOCOL_ERROR);
            peer.isDisconnected();
        }
    }

    @Test
    void emptyDataIsCounted() {
        try (InMemoryPeer peer = responder(100, 20, InMemoryPeer.BUDGET)) {
            int id = peer.opensStream();
            for (int i = 0; i < LIMITS.maxEmptyData(); i++) {
                peer.writer().data(id, Unpooled.EMPTY_BUFFER, Fin.MORE);
            }
            peer.isStillConnected();
            peer.writer().data(id, Unpooled.EMPTY_BUFFER, Fin.MORE);
            peer.isDisconnected();
        }
    }

    @Test
    void windowUpdatesAndSettingsAreCounted() {
        try (InMemoryPeer peer = responder(100, 20, InMemoryPeer.BUDGET)) {
            for (int i = 0; i < LIMITS.spareUpdates(); i++) {
                peer.writer().windowUpdate(0, 1);
            }
            peer.isStillConnected();
            peer.writer().windowUpdate(0, 1);
            peer.isDisconnected();
        }
        try (InMemoryPeer peer = responder(100, 20, InMemoryPeer.BUDGET)) {
            for (int i = 0; i < LIMITS.maxSettingsFrames(); i++) {
                peer.writer().settings(new Settings().add(99, i));
            }
            peer.isStillConnected();
            peer.writer().settings(new Settings());
            peer.isDisconnected();
        }
    }

    @Test
    void pingsAreCounted() {
        try (InMemoryPeer peer = responder(100, 20, InMemoryPeer.BUDGET)) {
            for (int i = 0; i < LIMITS.maxPings(); i++) {
                peer.writer().ping(1 + 2 * i);
            }
            peer.staysSilentFor(Duration.ofMillis(3400)); // earns one more
            peer.writer().ping(99);
            assertThat(peer.hears()).hasSize(LIMITS.maxPings() + 1).contains("PING 99");
            peer.writer().ping(101);
            peer.wasToldToGoAway(0, SessionStatus.PROTOCOL_ERROR);
            peer.isDisconnected();
        }
    }

    @Test
    void echoesThatNobodyAskedForAreCountedToo() {
        try (InMemoryPeer peer = responder(100, 20, InMemoryPeer.BUDGET)) {
            for (int i = 0; i <= LIMITS.maxPings(); i++) {
                peer.writer().ping(1000);
            }
            peer.isDisconnected();
        }
    }

    @Test
    void idsDoNotWrap() throws Exception {
        try (InMemoryPeer peer = new InMemoryPeer(Role.INITIATOR)) {
            ((LiveSession) peer.session()).streams().skipOwnIdsTo(Integer.MAX_VALUE - 2);
            peer.isSentAStream(Fin.FIN, 0);
            RecordingListener last = peer.isSentAStream(Fin.FIN, 0);
            assertThat(last.stream().id()).isEqualTo(Integer.MAX_VALUE);
            peer.hears();
            assertThatThrownBy(() -> peer.isSentAStream(Fin.FIN, 0)).isInstanceOf(StreamNotOpenedException.class);
            assertThat(peer.hears()).containsExactly("GOAWAY 0 OK");
            peer.writer().synReply(Integer.MAX_VALUE, Fin.FIN, new HeaderBlock().add(":status", "200"));
            assertThat(last.end().cause()).isEqualTo(StreamEnd.Cause.FINISHED);
        }
    }

    @Test
    void settingsOutOfRangeAreNamed() {
        assertThatThrownBy(() -> settings(-1, 0)).hasMessageContaining("maxConcurrentStreams is -1");
        assertThatThrownBy(() -> settings(1, -2)).hasMessageContaining("maxResets is -2");
    }
}
