package io.spdytunnel;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.HttpCallSettings;
import io.spdytunnel.http.HttpCalls;
import io.spdytunnel.http.OutgoingRequest;
import io.spdytunnel.http.ResponseListener;
import io.spdytunnel.http.TunnelFailure;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.tunnel.SpdyConnector;
import io.spdytunnel.tunnel.SpdyConnectorSettings;
import io.spdytunnel.tunnel.TlsEngines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A visitor who speaks SPDY/3.1, and takes what is pushed. */
final class SpdyVisit implements AutoCloseable {

    private final EventLoopGroup loops = new NioEventLoopGroup(1);
    private final HttpCalls calls =
            new HttpCalls(new HttpCallSettings(Duration.ofSeconds(10), Duration.ofSeconds(10), 0, 0));
    private final Session session;
    private final List<Answer> answers = new ArrayList<>();

    /**
     * In plain TCP.
     *
     * @param maxPushes how many it takes at once
     */
    SpdyVisit(int port, int maxPushes) throws Exception {
        this(port, maxPushes, null);
    }

    /** @param tls null for plain TCP */
    SpdyVisit(int port, int maxPushes, @Nullable TlsEngines tls) throws Exception {
        session = new SpdyConnector(
                        SpdyConnectorSettings.to("localhost", port)
                                .withSession(SessionSettings.DEFAULT.withMaxPushes(maxPushes)),
                        tls,
                        new MemoryBudget(64 << 20),
                        loops)
                .connect()
                .get(5, TimeUnit.SECONDS);
    }

    Session session() {
        return session;
    }

    /** Asks for a page. */
    Answer gets(String target, String... headers) {
        return asks(HttpMethod.GET, target, HttpBody.empty(), headers);
    }

    /** Asks for raw bytes; {@code body} is what goes up. */
    Answer asksForRaw(String method, String target, HttpBody body, String... headers) {
        return asks(HttpMethod.valueOf(method), target, body, headers);
    }

    private Answer asks(HttpMethod method, String target, HttpBody body, String... headers) {
        HttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, target);
        head.headers().set("host", "site.example.com");
        for (int i = 0; i < headers.length; i += 2) {
            head.headers().set(headers[i], headers[i + 1]);
        }
        Answer answer = new Answer();
        answers.add(answer);
        answer.call = calls.send(session, new OutgoingRequest(head, body, "http", 3), answer);
        return answer;
    }

    @Override
    public void close() {
        session.drain(Duration.ZERO);
        session.whenEnded()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
        answers.forEach(Answer::drop);
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** What comes back, and what comes with it unasked. */
    static final class Answer implements ResponseListener {

        final Map<String, Answer> pushes = new ConcurrentHashMap<>();
        private final CompletableFuture<HttpResponse> head = new CompletableFuture<>();
        private final CompletableFuture<HttpBody> body = new CompletableFuture<>();
        private HttpCalls.@Nullable Call call;

        @Override
        public void responded(HttpResponse response, HttpBody content) {
            head.complete(response);
            body.complete(content);
        }

        @Override
        public void failed(TunnelFailure failure) {
            head.completeExceptionally(failure);
            body.completeExceptionally(failure);
        }

        @Override
        public ResponseListener pushed(HttpRequest request, HttpCalls.Call push) {
            Answer answer = new Answer();
            answer.call = push;
            pushes.put(request.uri(), answer);
            return answer;
        }

        HttpResponse head() throws Exception {
            return head.get(10, TimeUnit.SECONDS);
        }

        HttpBody body() throws Exception {
            return body.get(10, TimeUnit.SECONDS);
        }

        String text() throws Exception {
            try (HttpBody content = body()) {
                return new String(content.readAllBytes(), UTF_8);
            }
        }

        /** What nobody has read is released. */
        private void drop() {
            var unused = body.thenAccept(content -> content.abandon("the visit is over"));
            pushes.values().forEach(Answer::drop);
        }

        CompletableFuture<HttpResponse> arrival() {
            return head;
        }

        void cancel() {
            HttpCalls.Call begun = call;
            if (begun != null) {
                begun.cancel("no longer wanted");
            }
        }
    }
}
