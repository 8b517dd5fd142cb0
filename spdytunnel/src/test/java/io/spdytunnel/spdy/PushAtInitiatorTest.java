package io.spdytunnel.spdy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.ReceiveWindow;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.SessionLimits;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.Stream;
import io.spdytunnel.session.StreamEnd.Cause;
import io.spdytunnel.session.StreamListener;
import io.spdytunnel.session.StreamNotOpenedException;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.FrameListener.Answer;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.SessionStatus;
import io.spdytunnel.wire.StreamStatus;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pushes as the end that hears them sees them: the proxy (SPDY/3.1 3.3.2). */
class PushAtInitiatorTest {

    private static final int MAX_PUSHES = 2;

    private final InMemoryPeer peer = new InMemoryPeer(
            Role.INITIATOR, SessionSettings.DEFAULT.withMaxPushes(MAX_PUSHES), new MemoryBudget(InMemoryPeer.BUDGET));

    @BeforeEach
    void hello() {
        assertThat(peer.hears()).first().isEqualTo("Settings{4=2, 7=65536}");
    }

    @AfterEach
    void nothingIsLeft() {
        peer.session().drain(Duration.ZERO);
        peer.accepted().forEach(page -> page.pushes().forEach(RecordingListener::consumesAll));
        peer.close();
    }

    private RecordingListener asksForAPage() throws StreamNotOpenedException {
        RecordingListener page = peer.isSentAStream(Fin.FIN, 3).takesPushes();
        peer.hears();
        return page;
    }

    private RecordingListener pushed(RecordingListener page, int id) {
        peer.pushes(id, page.stream().id(), Fin.MORE);
        peer.heardNothing();
        return page.pushes().get(page.pushes().size() - 1);
    }

    @Test
    void aPushIsHeardByWhomTheRequestNames() throws Exception {
        RecordingListener page = asksForAPage();
        RecordingListener style = pushed(page, 2);
        peer.writer().headers(2, Fin.MORE, new HeaderBlock().add(":status", "200"));
        peer.sends(2, "some");
        peer.sendsLast(2, "more");

        assertThat(page.calls()).containsExactly("pushed 2 /style.css");
        assertThat(style.calls()).containsExactly("headers :status", "data some", "data more FIN", "ended FINISHED");
        style.consumesAll();
        assertThat(peer.session().openStreams()).isEqualTo(1);
    }

    @Test
    void aPushThatIsAllInItsFirstFrameEndsAtOnce() throws Exception {
        RecordingListener page = asksForAPage();
        peer.pushes(2, 1, Fin.FIN);
        assertThat(page.calls()).containsExactly("pushed 2 /style.css FIN");
        assertThat(page.pushes().get(0).calls()).containsExactly("ended FINISHED");
        peer.heardNothing();
    }

    @Test
    void roomIsGivenAsAPushIsRead() throws Exception {
        RecordingListener style = pushed(asksForAPage(), 2);
        assertThat(peer.budget().used()).isEqualTo(2L * MemoryBudget.STREAM_BYTES);
        peer.sends(2, MemoryBudget.STREAM_BYTES);
        peer.heardNothing();
        style.consumesAll();
        assertThat(peer.hears()).containsExactly("WINDOW_UPDATE 2 " + ReceiveWindow.UNPROVEN_SIZE);
    }

    @Test
    void nothingCanBeSentOnAPush() throws Exception {
        Stream style = pushed(asksForAPage(), 2).stream();
        HeaderBlock head = new HeaderBlock().add(":status", "200");
        assertThatThrownBy(() -> style.reply(head, Fin.FIN)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> style.send(InMemoryPeer.bytes("x"), Fin.FIN))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> style.sendHeaders(head, Fin.FIN)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> style.push(InMemoryPeer.pushHead(), 0, new RecordingListener()))
                .isInstanceOf(IllegalStateException.class);
        peer.heardNothing();
    }

    @Test
    void aPushThatNobodyWantsIsRefusedAndNotHeldAgainstThePeer() throws Exception {
        RecordingListener page = peer.isSentAStream(Fin.FIN, 3);
        peer.hears();
        for (int i = 1; i <= 2 * SessionLimits.TUNNEL.maxErrors(); i++) {
            peer.pushes(2 * i, 1, Fin.MORE);
            peer.sends(2 * i, "in flight");
            peer.wasReset(2 * i, StreamStatus.REFUSED_STREAM);
        }
        assertThat(page.hasEnded()).isFalse();
        assertThat(peer.budget().used()).isEqualTo(MemoryBudget.STREAM_BYTES);
        peer.isStillConnected();
    }

    @Test
    void pushesBeyondTheAnnouncedNumberAreRefused() throws Exception {
        RecordingListener page = asksForAPage();
        pushed(page, 2);
        pushed(page, 4);
        peer.pushes(6, 1, Fin.MORE);
        peer.wasReset(6, StreamStatus.REFUSED_STREAM);
        assertThat(page.pushes()).hasSize(MAX_PUSHES);

        peer.sendsLast(2, "");
        pushed(page, 8);
    }

    @Test
    void pushesTakeNoPlaceFromRequests() throws Exception {
        peer.allowsStreams(2);
        RecordingListener page = asksForAPage();
        pushed(page, 2);
        pushed(page, 4);
        assertThat(peer.session().freeStreams()).isEqualTo(1);
        asksForAPage();
    }

    @Test
    void withoutMemoryAPushIsRefused() throws Exception {
        RecordingListener page = asksForAPage();
        long left = peer.budget().limit() - peer.budget().used();
        peer.budget().take(left);
        peer.pushes(2, 1, Fin.MORE);
        peer.wasReset(2, StreamStatus.REFUSED_STREAM);
        assertThat(page.calls()).isEmpty();
        peer.budget().giveBack(left);
    }

    @Test
    void aPushThatBelongsToNoStreamEndsTheSession() throws Exception {
        asksForAPage();
        peer.pushes(2, 0, Fin.MORE);
        peer.wasToldToGoAway(0, SessionStatus.PROTOCOL_ERROR);
        peer.isDisconnected();
    }

    @Test
    void aPushThatBelongsToAnUnknownOrFinishedStreamIsInvalid() throws Exception {
        asksForAPage();
        peer.pushes(2, 99, Fin.MORE);
        peer.wasReset(2, StreamStatus.INVALID_STREAM);
        peer.writer().synReply(1, Fin.FIN, new HeaderBlock().add(":status", "200"));
        peer.pushes(4, 1, Fin.MORE);
        peer.wasReset(4, StreamStatus.INVALID_STREAM);
        peer.isStillConnected();
    }

    @Test
    void aPushThatBelongsToAPushIsInvalid() throws Exception {
        pushed(asksForAPage(), 2);
        peer.pushes(4, 2, Fin.MORE);
        peer.wasReset(4, StreamStatus.INVALID_STREAM);
    }

    @Test
    void aPushThatCrossedOurResetIsRefusedAndNotHeldAgainstThePeer() throws Exception {
        asksForAPage().stream().reset(StreamStatus.CANCEL);
        peer.wasReset(1, StreamStatus.CANCEL);
        for (int i = 1; i <= 2 * SessionLimits.TUNNEL.maxErrors(); i++) {
            peer.pushes(2 * i, 1, Fin.MORE);
            peer.wasReset(2 * i, StreamStatus.REFUSED_STREAM);
        }
        peer.isStillConnected();
    }

    @Test
    void aPushWithoutItsAddressIsAProtocolError() throws Exception {
        RecordingListener page = asksForAPage();
        int id = 2;
        for (String missing : new String[] {":scheme", ":host", ":path"}) {
            HeaderBlock head = new HeaderBlock();
            InMemoryPeer.pushHead().forEach((name, value) -> {
                if (!name.equals(missing)) {
                    head.add(name, value);
                }
            });
            peer.pushes(id, 1, Fin.MORE, head);
            peer.wasReset(id, StreamStatus.PROTOCOL_ERROR);
            id += 2;
        }
        assertThat(page.calls()).isEmpty();
    }

    @Test
    void aPushThatWantsToBeAnsweredIsAProtocolError() throws Exception {
        asksForAPage();
        peer.writer().synStream(2, 1, 0, Fin.MORE, Answer.EXPECTED, InMemoryPeer.pushHead());
        peer.wasReset(2, StreamStatus.PROTOCOL_ERROR);
    }

    @Test
    void aReplyToItsOwnPushIsAProtocolError() throws Exception {
        RecordingListener style = pushed(asksForAPage(), 2);
        peer.replies(2);
        peer.wasReset(2, StreamStatus.PROTOCOL_ERROR);
        assertThat(style.calls()).containsExactly("ended RESET_BY_US");
    }

    @Test
    void aCancelledPageCancelsItsPushesAndNoOthers() throws Exception {
        RecordingListener page = asksForAPage();
        RecordingListener style = pushed(page, 2);
        RecordingListener other = pushed(asksForAPage(), 4);

        page.stream().reset(StreamStatus.CANCEL);

        assertThat(peer.hears()).containsExactly("RST_STREAM 1 CANCEL", "RST_STREAM 2 CANCEL");
        assertThat(style.calls()).containsExactly("ended RESET_BY_US");
        assertThat(other.hasEnded()).isFalse();
    }

    @Test
    void aPageThatThePeerResetsTakesItsPushesWithIt() throws Exception {
        RecordingListener page = asksForAPage();
        RecordingListener style = pushed(page, 2);
        peer.writer().rstStream(1, StreamStatus.INTERNAL_ERROR);
        peer.wasReset(2, StreamStatus.CANCEL);
        assertThat(style.end().reason()).contains("its associated stream 1 was reset");
    }

    @Test
    void aFinishedPageLeavesItsPushesAlone() throws Exception {
        RecordingListener page = asksForAPage();
        RecordingListener style = pushed(page, 2);
        peer.writer().synReply(1, Fin.FIN, new HeaderBlock().add(":status", "200"));
        assertThat(page.end().cause()).isEqualTo(Cause.FINISHED);
        peer.sendsLast(2, "body");
        assertThat(style.end().cause()).isEqualTo(Cause.FINISHED);
        peer.heardNothing();
    }

    @Test
    void aPageThatIsCancelledWhileItIsAskedTakesThePushWithIt() throws Exception {
        RecordingListener style = new RecordingListener();
        RecordingListener page = new RecordingListener() {
            @Override
            public StreamListener pushed(Stream pushed, HeaderBlock head, Fin fin) {
                stream().reset(StreamStatus.CANCEL);
                return style;
            }
        };
        page.on(peer.session().open(InMemoryPeer.head(), Fin.FIN, 0, page));
        peer.hears();
        peer.pushes(2, 1, Fin.MORE);
        assertThat(peer.hears()).containsExactly("RST_STREAM 1 CANCEL", "RST_STREAM 2 CANCEL");
        assertThat(style.calls()).containsExactly("ended RESET_BY_US");
        assertThat(peer.budget().used()).isZero();
    }

    @Test
    void aPageThatFailsWhileItIsAskedLosesBoth() throws Exception {
        RecordingListener page = new RecordingListener() {
            @Override
            public StreamListener pushed(Stream pushed, HeaderBlock head, Fin fin) {
                throw new IllegalStateException("no room");
            }
        };
        page.on(peer.session().open(InMemoryPeer.head(), Fin.FIN, 0, page));
        peer.hears();
        peer.pushes(2, 1, Fin.MORE);
        assertThat(peer.hears()).containsExactly("RST_STREAM 1 INTERNAL_ERROR", "RST_STREAM 2 CANCEL");
        assertThat(peer.budget().used()).isZero();
    }

    @Test
    void aDrainingSessionLetsPushesFinishAndTakesNoNewOnes() throws Exception {
        RecordingListener page = asksForAPage();
        RecordingListener style = pushed(page, 2);
        peer.writer().synReply(1, Fin.FIN, new HeaderBlock().add(":status", "200"));
        peer.session().drain(Duration.ofSeconds(30));
        peer.wasToldToGoAway(2, SessionStatus.OK);

        peer.pushes(4, 1, Fin.MORE);
        peer.sends(4, "ignored");
        peer.heardNothing();
        peer.staysSilentFor(Duration.ofSeconds(5));
        peer.isStillConnected();
        peer.sendsLast(2, "body");
        assertThat(style.end().cause()).isEqualTo(Cause.FINISHED);
        peer.staysSilentFor(Duration.ofSeconds(1));
        peer.isDisconnected();
    }
}
