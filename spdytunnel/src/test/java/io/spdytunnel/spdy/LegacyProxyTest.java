package io.spdytunnel.spdy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spdytunnel.session.KeepAlive;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.Stream;
import io.spdytunnel.session.StreamEnd.Cause;
import io.spdytunnel.session.StreamNotOpenedException;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.Settings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An origin's session with a proxy of amahi's: docs/legacy-ends.md, rules of the origin. */
class LegacyProxyTest {

    private static final HeaderBlock OK =
            new HeaderBlock().add(":status", "200 OK").add(":version", "HTTP/1.1");

    private final InMemoryPeer proxy = new InMemoryPeer(
            Role.RESPONDER,
            SessionSettings.DEFAULT.withPeer(SessionSettings.Peer.LEGACY).withKeepAlive(KeepAlive.NONE),
            new MemoryBudget(InMemoryPeer.BUDGET));

    @AfterEach
    void nothingIsLeft() {
        proxy.close();
        assertThat(proxy.budget().used()).isZero();
    }

    private RecordingListener isAsked() {
        proxy.opensStream(Fin.FIN);
        return proxy.lastAccepted();
    }

    /** In steps, as a timer would see it. */
    private void silenceOf(Duration time) {
        for (long ms = 0; ms < time.toMillis(); ms += 100) {
            proxy.staysSilentFor(Duration.ofMillis(100));
        }
    }

    @Test
    void nothingIsSaidBeforeTheFirstRequest() {
        proxy.heardNothing();
        isAsked();
        proxy.heardNothing();
    }

    @Test
    void r3DataStandsBehindEachReply() throws Exception {
        Stream first = isAsked().stream();
        Stream second = isAsked().stream();
        first.reply(OK, Fin.MORE);
        second.reply(OK, Fin.FIN);
        assertThat(proxy.hears()).containsExactly("SYN_REPLY 1", "DATA 1 0", "SYN_REPLY 3", "DATA 3 0 FIN");
    }

    @Test
    void r2FourFramesAreUnderWayOnAStreamTheLastOneIncluded() throws Exception {
        RecordingListener asked = isAsked();
        asked.stream().reply(OK, Fin.MORE);
        asked.stream().send(InMemoryPeer.bytes(60_000), Fin.FIN);
        List<String> frames = proxy.hears();
        assertThat(frames).containsExactly("SYN_REPLY 1", "DATA 1 0", "DATA 1 16312", "DATA 1 16320", "DATA 1 16320");

        proxy.writer().windowUpdate(1, 0); // for the empty one
        assertThat(proxy.hears()).containsExactly("DATA 1 11048 FIN");
        assertThat(asked.end().cause()).isEqualTo(Cause.FINISHED);
    }

    @Test
    void r2ABareFinWaitsForItsTurn() throws Exception {
        RecordingListener asked = isAsked();
        asked.stream().reply(OK, Fin.MORE);
        asked.stream().send(InMemoryPeer.bytes(2 * 16_320 + 16_312), Fin.MORE);
        proxy.hears();
        asked.stream().send(InMemoryPeer.bytes(""), Fin.FIN);
        proxy.heardNothing();
        proxy.writer().windowUpdate(1, 16384);
        assertThat(proxy.hears()).containsExactly("DATA 1 0 FIN");
    }

    @Test
    void r2AnUpdateOfMoreBytesIsStillForOneFrame() throws Exception {
        RecordingListener asked = isAsked();
        asked.stream().reply(OK, Fin.MORE);
        asked.stream().send(InMemoryPeer.bytes(200_000), Fin.FIN);
        proxy.hears();
        proxy.writer().windowUpdate(1, 60_000);
        assertThat(proxy.hears()).hasSize(1);
    }

    @Test
    void r4ARequestThatTakesLongGetsAnUpdateEveryFewSeconds() throws Exception {
        isAsked();
        silenceOf(Duration.ofMillis(9_500));
        assertThat(proxy.hears()).containsExactly("WINDOW_UPDATE 1 1", "WINDOW_UPDATE 1 1");
    }

    @Test
    void r4TheTimerEndsWithTheLastStream() throws Exception {
        RecordingListener asked = isAsked();
        asked.stream().reply(OK, Fin.FIN);
        proxy.hears();
        silenceOf(Duration.ofSeconds(30));
        proxy.heardNothing();
        isAsked();
        silenceOf(Duration.ofMillis(4_900));
        assertThat(proxy.hears()).containsExactly("WINDOW_UPDATE 3 1");
    }

    @Test
    void streamsMayComeOutOfOrderButNotTwice() throws Exception {
        proxy.opensStreamWithId(5, Fin.FIN);
        proxy.opensStreamWithId(1, Fin.FIN);
        proxy.opensStreamWithId(3, Fin.FIN);
        proxy.opensStreamWithId(7, Fin.FIN);
        assertThat(proxy.accepted()).hasSize(4);
        proxy.isStillConnected();
        proxy.opensStreamWithId(3, Fin.FIN);
        assertThat(proxy.hears()).anyMatch(frame -> frame.startsWith("RST_STREAM 3"));
        proxy.lastAccepted().stream().reply(OK, Fin.FIN);
        proxy.hears();
        proxy.opensStreamWithId(7, Fin.FIN);
        assertThat(proxy.hears()).anyMatch(frame -> frame.startsWith("GOAWAY"));
    }

    @Test
    void r6TrailersAreDroppedAndTheirFinIsNot() throws Exception {
        Stream asked = isAsked().stream();
        asked.reply(OK, Fin.MORE);
        asked.sendTrailers(new HeaderBlock().add("x-last", "1"));
        assertThat(proxy.hears()).containsExactly("SYN_REPLY 1", "DATA 1 0", "DATA 1 0 FIN");
    }

    @Test
    void r6NothingIsPushedWhateverItsSettingsSay() {
        proxy.allowsStreams(10);
        Stream asked = isAsked().stream();
        assertThat(proxy.session().freeStreams()).isZero();
        assertThatThrownBy(() -> asked.push(InMemoryPeer.pushHead(), 5, new RecordingListener()))
                .isInstanceOf(StreamNotOpenedException.class);
    }

    @Test
    void aFinalFrameGoesThroughAWindowThatWasTakenBack() throws Exception {
        Stream asked = isAsked().stream();
        asked.reply(OK, Fin.MORE);
        asked.send(InMemoryPeer.bytes(1000), Fin.MORE);
        proxy.hears();
        proxy.writer().settings(new Settings().add(Settings.INITIAL_WINDOW_SIZE, 0));
        asked.send(InMemoryPeer.bytes(""), Fin.FIN);
        assertThat(proxy.hears()).containsExactly("DATA 1 0 FIN");
    }

    @Test
    void aRequestAfterOurGoodbyeIsRefusedSinceItWasNotUnderstood() throws Exception {
        isAsked();
        proxy.session().drain(Duration.ofSeconds(30));
        proxy.hears();
        proxy.opensStream(Fin.FIN);
        assertThat(proxy.hears()).containsExactly("RST_STREAM 3 REFUSED_STREAM");
    }
}
