package io.spdytunnel.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.StreamAcceptor;
import io.spdytunnel.spdy.SpdySession;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.FrameDecoder;
import io.spdytunnel.wire.FrameLimits;
import io.spdytunnel.wire.FrameListener;
import io.spdytunnel.wire.FrameType;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.NettySpdyFrameWriter;
import io.spdytunnel.wire.Settings;
import io.spdytunnel.wire.StreamError;
import io.spdytunnel.wire.StreamStatus;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** HTTP heads and trailers that a session lets through and HTTP must not: DEFENCES row 9, and floods of HEADERS. */
class DefencesHeadsTest {

    private final UnpooledByteBufAllocator buffers = new UnpooledByteBufAllocator(false, true);
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final MemoryBudget budget = new MemoryBudget(1 << 20);
    private final FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULT);
    private final List<String> heard = new ArrayList<>();
    private final List<IncomingRequest> requests = new ArrayList<>();
    private NettySpdyFrameWriter peer;
    private Session session;

    private void isTold(Role role, StreamAcceptor acceptor) {
        channel.config().setAllocator(buffers);
        channel.freezeTime();
        session = SpdySession.start(channel, role, SessionSettings.DEFAULT, budget, acceptor);
        peer = new NettySpdyFrameWriter(
                buffers,
                frame -> {
                    channel.writeInbound(frame);
                    listen();
                },
                64 * 1024,
                10_000);
        hears();
    }

    private void listen() {
        channel.runPendingTasks();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            while (decoder.decode(out, new Ear())) {
                // goes on
            }
            out.release();
        }
    }

    private List<String> hears() {
        listen();
        List<String> lines = List.copyOf(heard);
        heard.clear();
        return lines;
    }

    @AfterEach
    void nothingIsLeft() {
        channel.close().syncUninterruptibly();
        channel.finishAndReleaseAll();
        decoder.close();
        requests.forEach(request -> request.body().abandon("the test is over"));
        assertThat(budget.used()).isZero();
        assertThat(buffers.metric().usedHeapMemory()).isZero();
    }

    private static HeaderBlock head(String method) {
        return new HeaderBlock()
                .add(":method", method)
                .add(":path", "/")
                .add(":version", "HTTP/1.1")
                .add(":host", "shop.example")
                .add(":scheme", "http");
    }

    private static HeaderBlock trailers(int count) {
        HeaderBlock block = new HeaderBlock();
        for (int i = 0; i < count; i++) {
            block.add("x-" + i, "some value");
        }
        return block;
    }

    // ---- the origin

    private void origin() {
        isTold(Role.RESPONDER, new HttpServing(requests::add, HttpCallSettings.DEFAULT));
    }

    @Test
    void row09ARequestWithoutAnyOfTheFivePseudoHeadersIsAnsweredWith400() {
        origin();
        int id = 1;
        for (int missing = 0; missing < 5; missing++) {
            HeaderBlock all = head("GET");
            HeaderBlock block = new HeaderBlock();
            for (int i = 0; i < all.size(); i++) {
                if (i != missing) {
                    block.add(all.name(i), all.value(i));
                }
            }
            peer.synStream(id, 0, Fin.FIN, block);
            assertThat(hears()).contains("SYN_REPLY " + id + " 400 Bad Request");
            id += 2;
        }
        assertThat(requests).isEmpty();
        peer.synStream(id, 0, Fin.FIN, head("GET"));
        assertThat(requests).hasSize(1);
    }

    /** HEADERS are free of every window, so their sum needs a limit of its own. */
    @Test
    void row14HeadersWithoutEndAreARequestTooLarge() {
        origin();
        peer.synStream(1, 0, Fin.MORE, head("POST"));
        for (int i = 0; i < 20; i++) {
            peer.headers(1, Fin.MORE, trailers(10));
        }
        assertThat(hears()).isEmpty();
        peer.headers(1, Fin.MORE, trailers(1));
        assertThat(hears()).contains("SYN_REPLY 1 400 Bad Request");
    }

    @Test
    void row14HeadersWithNothingInThemAreNotFreeEither() {
        origin();
        peer.synStream(1, 0, Fin.MORE, head("POST"));
        for (int i = 0; i < 200; i++) {
            peer.headers(1, Fin.MORE, new HeaderBlock());
        }
        assertThat(hears()).isEmpty();
        peer.headers(1, Fin.MORE, new HeaderBlock());
        assertThat(hears()).contains("SYN_REPLY 1 400 Bad Request");
    }

    @Test
    void row14HeadersWithoutEndAfterTheAnswerBeganAreAReset() {
        origin();
        peer.synStream(1, 0, Fin.MORE, head("POST"));
        HttpResponse ok = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        requests.get(0).respond(ok, requests.get(0).body());
        hears();
        for (int i = 0; i < 21; i++) {
            peer.headers(1, Fin.MORE, trailers(10));
        }
        assertThat(hears()).containsExactly("RST_STREAM 1 INTERNAL_ERROR"); // the answer was made of the request's body
    }

    // ---- the proxy

    @Test
    void row14HeadersWithoutEndBreakTheAnswer() {
        isTold(Role.INITIATOR, StreamAcceptor.NONE);
        List<HttpBody> bodies = new ArrayList<>();
        ResponseListener listener = new ResponseListener() {
            @Override
            public void responded(HttpResponse head, HttpBody body) {
                bodies.add(body);
            }

            @Override
            public void failed(TunnelFailure failure) {
                throw new AssertionError(failure);
            }
        };
        DefaultHttpRequest get = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
        new HttpCalls(HttpCallSettings.DEFAULT)
                .send(session, new OutgoingRequest(get, HttpBody.empty(), "http", 3), listener);
        hears();
        peer.synReply(1, Fin.MORE, new HeaderBlock().add(":status", "200").add(":version", "HTTP/1.1"));
        for (int i = 0; i < 20; i++) {
            peer.headers(1, Fin.MORE, trailers(10));
        }
        assertThat(hears()).isEmpty();
        peer.headers(1, Fin.FIN, trailers(1));
        assertThat(hears()).containsExactly("RST_STREAM 1 PROTOCOL_ERROR");
        bodies.get(0).abandon("read enough");
    }

    private final class Ear implements FrameListener {
        @Override
        public void data(int streamId, ByteBuf bytes, Fin fin) {
            assertThat(bytes.isReadable() || fin.isLast()).isTrue();
        }

        @Override
        public void synStream(int streamId, int to, int priority, Fin fin, Answer answer, HeaderBlock head) {
            heard.add("SYN_STREAM " + streamId);
        }

        @Override
        public void synReply(int streamId, Fin fin, HeaderBlock head) {
            heard.add("SYN_REPLY " + streamId + " " + head.first(":status"));
        }

        @Override
        public void rstStream(int streamId, int statusCode) {
            heard.add("RST_STREAM " + streamId + " " + StreamStatus.of(statusCode));
        }

        @Override
        public void settings(Settings settings) {
            heard.add("SETTINGS");
        }

        @Override
        public void ping(int id) {
            heard.add("PING");
        }

        @Override
        public void goAway(int lastGoodStreamId, int statusCode) {
            heard.add("GOAWAY");
        }

        @Override
        public void headers(int streamId, Fin fin, HeaderBlock headers) {
            heard.add("HEADERS " + streamId);
        }

        @Override
        public void windowUpdate(int streamId, int delta) {
            heard.add("WINDOW_UPDATE " + streamId);
        }

        @Override
        public void malformed(FrameType type, int streamId, StreamError error) {
            throw new AssertionError(error);
        }
    }
}
