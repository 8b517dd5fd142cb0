package io.spdytunnel.spdy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.SessionLimits;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.Stream;
import io.spdytunnel.session.StreamEnd.Cause;
import io.spdytunnel.session.StreamNotOpenedException;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.SessionStatus;
import io.spdytunnel.wire.Settings;
import io.spdytunnel.wire.StreamStatus;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pushes as the end that sends them sees them: the origin (SPDY/3.1 3.3.1). */
class PushAtResponderTest {

    private static final HeaderBlock OK = new HeaderBlock().add(":status", "200");

    private final InMemoryPeer peer = new InMemoryPeer(Role.RESPONDER);

    @BeforeEach
    void hello() {
        peer.hears();
    }

    @AfterEach
    void nothingIsLeft() {
        peer.close();
    }

    private RecordingListener isAskedForAPage() {
        peer.opensStream(Fin.FIN);
        return peer.lastAccepted();
    }

    private RecordingListener pushes(RecordingListener page) throws StreamNotOpenedException {
        RecordingListener style = new RecordingListener();
        return style.on(page.stream().push(InMemoryPeer.pushHead(), 5, style));
    }

    private void pushesNothing(RecordingListener page) {
        assertThatThrownBy(() -> pushes(page)).isInstanceOf(StreamNotOpenedException.class);
    }

    @Test
    void aPushGoesAheadOfThePageThatNamesIt() throws Exception {
        peer.allowsStreams(10);
        RecordingListener page = isAskedForAPage();
        page.stream().reply(OK, Fin.MORE);
        page.stream().send(InMemoryPeer.bytes("<link>"), Fin.FIN);
        RecordingListener style = pushes(page);
        style.stream().sendHeaders(OK, Fin.MORE);
        style.stream().send(InMemoryPeer.bytes("css"), Fin.MORE);
        style.stream().sendHeaders(new HeaderBlock().add("x-more", "1"), Fin.MORE);
        style.stream().send(InMemoryPeer.bytes("css"), Fin.MORE);
        style.stream().sendTrailers(new HeaderBlock().add("x-last", "1"));

        assertThat(peer.hears())
                .containsExactly(
                        "SYN_STREAM 2 OF 1 ONE-WAY",
                        "SYN_REPLY 1",
                        "DATA 1 6 FIN",
                        "HEADERS 2",
                        "DATA 2 3",
                        "HEADERS 2",
                        "DATA 2 3",
                        "HEADERS 2 FIN");
        assertThat(style.sentBytes()).isEqualTo(6);
        assertThat(style.heardFinSent()).isTrue();
        assertThat(style.calls()).containsExactly("ended FINISHED");
        assertThat(page.end().cause()).isEqualTo(Cause.FINISHED);
    }

    @Test
    void aPushTakesNoReceiveWindow() throws Exception {
        peer.allowsStreams(10);
        RecordingListener page = isAskedForAPage();
        long before = peer.budget().used();
        pushes(page);
        assertThat(peer.budget().used()).isEqualTo(before);
    }

    @Test
    void nothingIsPushedToWhoHasNotAllowedIt() {
        RecordingListener page = isAskedForAPage();
        pushesNothing(page);
        peer.writer().settings(new Settings().add(Settings.INITIAL_WINDOW_SIZE, 65536));
        pushesNothing(page);
        peer.allowsStreams(0);
        pushesNothing(page);
        peer.heardNothing();
    }

    @Test
    void noMorePushesAreOpenThanAllowedHoweverManyRequestsAre() throws Exception {
        peer.allowsStreams(2);
        RecordingListener page = isAskedForAPage();
        isAskedForAPage();
        isAskedForAPage();
        RecordingListener first = pushes(page);
        pushes(page);
        pushesNothing(page);
        first.stream().sendHeaders(OK, Fin.FIN);
        peer.hears();
        pushes(page);
    }

    @Test
    void pushesTakeNoPlaceFromRequests() throws Exception {
        try (InMemoryPeer small = new InMemoryPeer(
                Role.RESPONDER,
                SessionSettings.DEFAULT.withMaxConcurrentStreams(2),
                new MemoryBudget(InMemoryPeer.BUDGET))) {
            small.allowsStreams(10);
            small.opensStream();
            RecordingListener page = small.lastAccepted();
            for (int i = 0; i < 5; i++) {
                pushes(page);
            }
            small.hears();
            small.opensStream();
            small.heardNothing();
            assertThat(small.accepted()).hasSize(2);
        }
    }

    @Test
    void nothingIsPushedWithAStreamThatHasEnded() {
        peer.allowsStreams(10);
        RecordingListener page = isAskedForAPage();
        page.stream().reply(OK, Fin.FIN);
        peer.opensStream(Fin.MORE);
        RecordingListener upload = peer.lastAccepted();
        upload.stream().reply(OK, Fin.FIN);
        assertThat(peer.hears()).containsExactly("SYN_REPLY 1 FIN", "SYN_REPLY 3 FIN");
        assertThat(page.hasEnded()).isTrue();
        assertThat(upload.hasEnded()).isFalse();
        pushesNothing(page);
        pushesNothing(upload);
    }

    @Test
    void nothingIsPushedAfterAGoodbyeOfEitherEnd() {
        peer.allowsStreams(10);
        RecordingListener page = isAskedForAPage();
        peer.writer().goAway(0, SessionStatus.OK);
        pushesNothing(page);
        peer.session().drain(Duration.ofSeconds(1));
        pushesNothing(page);
        assertThat(peer.hears()).containsExactly("GOAWAY 1 OK");
    }

    @Test
    void nothingIsPushedAfterTheLastId() throws Exception {
        peer.allowsStreams(10);
        ((LiveSession) peer.session()).streams().skipOwnIdsTo(Integer.MAX_VALUE - 1);
        RecordingListener page = isAskedForAPage();
        pushes(page);
        pushesNothing(page);
        assertThat(peer.session().isAcceptingStreams()).isTrue();
    }

    @Test
    void aPushNeedsAnAddress() {
        peer.allowsStreams(10);
        Stream page = isAskedForAPage().stream();
        assertThatThrownBy(() -> page.push(OK, 0, new RecordingListener()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(":scheme");
        peer.heardNothing();
    }

    @Test
    void aRefusedPushIsToldAsRefusedAndNotHeldAgainstThePeer() throws Exception {
        peer.allowsStreams(10);
        RecordingListener page = isAskedForAPage();
        for (int i = 0; i < 2 * SessionLimits.TUNNEL.maxResets(); i++) {
            RecordingListener style = pushes(page);
            peer.writer().rstStream(style.stream().id(), StreamStatus.REFUSED_STREAM);
            assertThat(style.end().cause()).isEqualTo(Cause.REFUSED);
        }
        peer.isStillConnected();
        assertThat(page.hasEnded()).isFalse();
    }

    @Test
    void aPushThatFinishedBeforeItsRefusalCameIsNotHeldAgainstThePeer() throws Exception {
        peer.allowsStreams(10);
        RecordingListener page = isAskedForAPage();
        for (int i = 0; i < 2 * SessionLimits.TUNNEL.maxResets(); i++) {
            RecordingListener style = pushes(page);
            style.stream().sendHeaders(OK, Fin.FIN);
            peer.hears();
            assertThat(style.end().cause()).isEqualTo(Cause.FINISHED);
            peer.writer().rstStream(style.stream().id(), StreamStatus.REFUSED_STREAM);
        }
        peer.isStillConnected();
    }

    @Test
    void aPeerThatCutsOnePushAgainAndAgainIsClosed() throws Exception {
        peer.allowsStreams(10);
        pushes(isAskedForAPage());
        peer.hears();
        for (int i = 0; i <= SessionLimits.TUNNEL.maxResets(); i++) {
            peer.writer().rstStream(2, StreamStatus.REFUSED_STREAM);
        }
        peer.isStillConnected();
        peer.writer().rstStream(2, StreamStatus.REFUSED_STREAM);
        assertThat(peer.hears()).anyMatch(frame -> frame.startsWith("GOAWAY"));
    }

    @Test
    void cuttingAPushThatWasNeverMadeIsCounted() throws Exception {
        peer.allowsStreams(10);
        pushes(isAskedForAPage());
        peer.hears();
        for (int i = 0; i <= SessionLimits.TUNNEL.maxResets(); i++) {
            peer.writer().rstStream(4, StreamStatus.REFUSED_STREAM);
        }
        assertThat(peer.hears()).anyMatch(frame -> frame.startsWith("GOAWAY"));
    }

    @Test
    void whateverThePeerSendsOnAPushIsAnError() throws Exception {
        peer.allowsStreams(10);
        RecordingListener page = isAskedForAPage();
        pushes(page);
        pushes(page);
        pushes(page);
        peer.hears();
        peer.sends(2, "x");
        peer.wasReset(2, StreamStatus.STREAM_ALREADY_CLOSED);
        peer.writer().headers(4, Fin.MORE, OK);
        peer.wasReset(4, StreamStatus.STREAM_ALREADY_CLOSED);
        peer.replies(6);
        peer.wasReset(6, StreamStatus.PROTOCOL_ERROR);
    }

    @Test
    void aCancelledPageCancelsItsPushesWithoutCountingThem() throws Exception {
        peer.allowsStreams(1000);
        for (int round = 0; round < 5; round++) {
            RecordingListener page = isAskedForAPage();
            for (int i = 0; i < 500; i++) {
                pushes(page);
            }
            peer.hears();
            peer.writer().rstStream(page.stream().id(), StreamStatus.CANCEL);
            assertThat(peer.hears()).hasSize(500).allMatch(frame -> frame.endsWith("CANCEL"));
            for (int i = 1; i <= 500; i++) { // the peer knows the rule as well, and said so at the same time
                peer.writer().rstStream(1000 * round + 2 * i, StreamStatus.CANCEL);
            }
            peer.isStillConnected();
        }
        assertThat(peer.session().openStreams()).isZero();
    }

    @Test
    void aPageThatWeResetTakesItsPushesWithIt() throws Exception {
        peer.allowsStreams(10);
        RecordingListener page = isAskedForAPage();
        RecordingListener style = pushes(page);
        style.stream().send(InMemoryPeer.bytes(100_000), Fin.FIN);
        peer.hears();
        page.stream().reset(StreamStatus.INTERNAL_ERROR);
        assertThat(peer.hears()).containsExactly("RST_STREAM 1 INTERNAL_ERROR", "RST_STREAM 2 CANCEL");
        assertThat(style.sentBytes()).isEqualTo(100_000);
        assertThat(style.calls()).containsExactly("ended RESET_BY_US");
    }

    @Test
    void aDrainingSessionLetsPushesFinish() throws Exception {
        peer.allowsStreams(10);
        RecordingListener page = isAskedForAPage();
        RecordingListener style = pushes(page);
        page.stream().reply(OK, Fin.FIN);
        peer.session().drain(Duration.ofSeconds(30));
        peer.hears();
        peer.staysSilentFor(Duration.ofSeconds(5));
        style.stream().sendHeaders(OK, Fin.MORE);
        style.stream().send(InMemoryPeer.bytes("css"), Fin.FIN);
        assertThat(peer.hears()).containsExactly("HEADERS 2", "DATA 2 3 FIN");
        assertThat(style.end().cause()).isEqualTo(Cause.FINISHED);
        peer.staysSilentFor(Duration.ofSeconds(1));
        peer.isDisconnected();
    }
}
