package io.spdytunnel.h2;

import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.spdytunnel.http.HttpAnswer;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.HttpCallSettings;
import io.spdytunnel.http.HttpCalls;
import io.spdytunnel.http.OutgoingRequest;
import io.spdytunnel.http.ResponseListener;
import io.spdytunnel.http.TunnelFailure;
import io.spdytunnel.service.ServiceSharing;
import io.spdytunnel.session.KeepAlive;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.SessionSettings;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Calls to a service at some port of loopback, on one event loop. */
final class ServiceRig implements AutoCloseable {

    final EventLoopGroup loops = new NioEventLoopGroup(2);
    final MemoryBudget budget = new MemoryBudget(64L * 1024 * 1024);
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final Http2Services services;
    private final EventLoop loop = loops.next();
    private final int port;

    /** One call: what its listener hears. */
    static final class Heard implements ResponseListener {
        final CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
        final CompletableFuture<Void> over = new CompletableFuture<>();
        HttpCalls.Call call;

        @Override
        public void responded(HttpResponse head, HttpBody body) {
            answer.complete(new HttpAnswer(head, body));
        }

        @Override
        public void failed(TunnelFailure failure) {
            answer.completeExceptionally(failure);
        }

        @Override
        public void over() {
            over.complete(null);
        }

        int status() throws Exception {
            return answer.get(10, TimeUnit.SECONDS).head().status().code();
        }

        String text() throws Exception {
            return new String(answer.get(10, TimeUnit.SECONDS).body().readAllBytes(), StandardCharsets.ISO_8859_1);
        }

        Throwable failure() throws Exception {
            return answer.handle((came, failed) -> failed).get(10, TimeUnit.SECONDS);
        }
    }

    ServiceRig(int port, Duration connectTimeout) {
        this(port, connectTimeout, SessionSettings.DEFAULT);
    }

    ServiceRig(int port, Duration connectTimeout, SessionSettings settings) {
        this.port = port;
        this.services = new Http2Services(
                HttpCallSettings.DEFAULT,
                settings.withKeepAlive(KeepAlive.NONE),
                budget,
                ServiceSharing.SHARED,
                connectTimeout,
                workers);
    }

    Heard gets(String path) {
        return sends(HttpMethod.GET, path, HttpBody.empty());
    }

    Heard sends(HttpMethod method, String path, HttpBody body, String... fields) {
        Heard heard = new Heard();
        OutgoingRequest request = OutgoingRequest.of(method, URI.create("http://a.example" + path), body);
        request.head().headers().set("te", "trailers");
        for (int i = 0; i < fields.length; i += 2) {
            request.head().headers().set(fields[i], fields[i + 1]);
        }
        heard.call = services.send(loop, URI.create("h2c://127.0.0.1:" + port), request, null, heard);
        return heard;
    }

    static HttpResponse head(int status) {
        return new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
    }

    static HttpBody body(String text) {
        return HttpBody.of(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() {
        services.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        workers.shutdownNow();
    }
}
