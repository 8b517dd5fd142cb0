package io.spdytunnel.front;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.HttpHandler;
import io.spdytunnel.http.IncomingRequest;
import io.spdytunnel.session.MemoryBudget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A front door on a free port of the loopback interface, with a handler that a test may change. */
final class FrontDoorOnLoopback implements AutoCloseable {

    private final EventLoopGroup loops = new NioEventLoopGroup(2);
    private final MemoryBudget budget = new MemoryBudget(64L * 1024 * 1024);
    private final VisitorServer server;
    volatile HttpHandler handler = request -> respond(request, 200, "hello\n");

    FrontDoorOnLoopback() throws IOException {
        this(VisitorServerSettings.DEFAULT, null);
    }

    FrontDoorOnLoopback(VisitorServerSettings settings, @Nullable VisitorTls tls) throws IOException {
        this(settings, tls, AccessLog.OFF);
    }

    FrontDoorOnLoopback(VisitorServerSettings settings, @Nullable VisitorTls tls, AccessLog accessLog)
            throws IOException {
        server = VisitorServer.bind(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                settings,
                loops,
                NioServerSocketChannel.class,
                budget,
                tls,
                request -> handler.handle(request),
                accessLog);
    }

    VisitorServer server() {
        return server;
    }

    MemoryBudget budget() {
        return budget;
    }

    EventLoopGroup loops() {
        return loops;
    }

    SocketVisitor visitor() throws IOException {
        return new SocketVisitor(server.localAddress());
    }

    static void respond(IncomingRequest request, int status, String text) {
        request.respond(head(status), HttpBody.of(Unpooled.copiedBuffer(text, ISO_8859_1)));
    }

    static HttpResponse head(int status) {
        return new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
    }

    static HttpResponse head(int status, Consumer<HttpHeaders> headers) {
        HttpResponse head = head(status);
        headers.accept(head.headers());
        return head;
    }

    @Override
    public void close() {
        server.close(Duration.ZERO)
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
