package io.spdytunnel.service;

import static io.spdytunnel.http.HttpBody.UNKNOWN_LENGTH;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.spdytunnel.fields.Expectation;
import io.spdytunnel.fields.Framing;
import io.spdytunnel.fields.HopByHop;
import io.spdytunnel.fields.RawMode;
import io.spdytunnel.fields.VisitorId;
import io.spdytunnel.http.BodyAlreadyReadException;
import io.spdytunnel.http.BodySink;
import io.spdytunnel.http.CallTimer;
import io.spdytunnel.http.HeldBody;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.HttpCallSettings;
import io.spdytunnel.http.HttpCalls;
import io.spdytunnel.http.OrderedHandover;
import io.spdytunnel.http.OutcomeUnknown;
import io.spdytunnel.http.OutgoingRequest;
import io.spdytunnel.http.RawSocket;
import io.spdytunnel.http.RequestNotSent;
import io.spdytunnel.http.ResponseListener;
import io.spdytunnel.http.SmallPieces;
import io.spdytunnel.http.TunnelFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request to a plain service and its answer, on one connection. Confined to its event loop. */
final class ServiceCall implements HttpCalls.Call, BodySink, HttpBody.Source {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceCall.class);

    /** Of an answer that is not consumed; beyond, the socket is not read. */
    private static final int AHEAD_BYTES = 64 * 1024;

    /** For what a service has said before it broke the connection: it is here already. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    /** May be sent again when a pooled connection turns out to be dead (RFC 9110 9.2.2). */
    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE");

    private final EventLoop loop;
    private final ServicePool pool;
    private final @Nullable VisitorId visitor;
    private final String service;
    private final OutgoingRequest request;
    private final HttpCallSettings settings;
    private final ResponseListener listener;
    private final CallTimer timer;
    private final HeldBody held;

    private @Nullable ChannelHandlerContext context;
    private @Nullable ServiceConnection connection;
    private boolean reused;
    private boolean sentAgain;
    private boolean heardAnything;
    private boolean requestComplete;
    private boolean keepAlive;
    private boolean flushScheduled;
    private boolean over;
    private @Nullable String brokenUpload;
    private final SmallPieces pieces = new SmallPieces(this::writePiece);
    private int ahead;
    private @Nullable RawSocket raw;
    private @Nullable HttpBody answer;

    ServiceCall(
            EventLoop loop,
            ServicePool pool,
            @Nullable VisitorId visitor,
            String service,
            OutgoingRequest request,
            HttpCallSettings settings,
            ResponseListener listener) {
        this.loop = loop;
        this.pool = pool;
        this.visitor = visitor;
        this.service = service;
        this.request = request;
        this.settings = settings;
        this.listener = listener;
        this.timer = new CallTimer(loop, this::tooSlow);
        this.held = new HeldBody(loop);
    }

    // ---- the request

    void start() {
        if (over) {
            return;
        }
        Channel waiting = sentAgain ? null : pool.take(visitor);
        if (waiting != null) {
            connected(waiting);
        } else {
            var unused = pool.dial().addListener((Future<Channel> dialled) -> dialled(dialled));
        }
    }

    private void dialled(Future<Channel> dialled) {
        if (dialled.isSuccess()) {
            connected(dialled.getNow());
        } else {
            fail(new RequestNotSent(
                    502,
                    "the service " + service + " cannot be reached: "
                            + dialled.cause().getMessage()));
        }
    }

    private void connected(Channel channel) {
        ServiceConnection taken = channel.pipeline().get(ServiceConnection.class);
        ChannelHandlerContext context = channel.pipeline().context(taken);
        if (over) {
            pool.release(context, taken, visitor);
            return;
        }
        if (ConnectionAuth.isIn(request.head().headers())) {
            taken.ownedBy(context, visitor);
        }
        connection = taken;
        this.context = context;
        reused = taken.take(this);
        send(context);
    }

    private void send(ChannelHandlerContext context) {
        HttpRequest head = request.head();
        HttpBody body = request.body();
        if (body.isEmpty() || request.isRaw()) { // a raw body begins behind the grant
            requestComplete = true;
            timer.restart(settings.responseTimeout());
            write(context, ServiceHeads.whole(head, request.isRaw()));
        } else {
            timer.restart(settings.bodyIdleTimeout(head.headers()));
            write(context, ServiceHeads.withBody(head));
            boolean waits = Expectation.isIn(head.headers());
            held.hold(waits ? Expectation.SERVICE_PATIENCE : Duration.ZERO, this::sendBody);
        }
        readMore();
    }

    private void sendBody() {
        try {
            OrderedHandover.pipe(request.body(), loop, this);
        } catch (BodyAlreadyReadException gone) {
            fail(new OutcomeUnknown(500, "the request cannot be sent: " + gone.getMessage()));
        }
    }

    private void write(ChannelHandlerContext context, Object part) {
        write(context, part, () -> {});
    }

    /** The one place that writes, so that no failed write goes unnoticed; flushed once a turn of the loop. */
    private void write(ChannelHandlerContext context, Object part, Runnable whenGone) {
        if (!flushScheduled) {
            flushScheduled = true;
            loop.execute(() -> {
                flushScheduled = false;
                context.flush();
            });
        }
        context.write(part).addListener((ChannelFuture written) -> {
            if (!written.isSuccess()) { // first of all, or the body's source would bring more, for ever
                writeFailed(
                        context,
                        "writing to the service failed: " + written.cause().getMessage());
            }
            whenGone.run();
        });
    }

    /**
     * A service may have answered and hung up while the request was still on its way, and what it has said is in our
     * kernel: so the connection is read to its end, which comes at once where there is nothing (RFC 9112 9.6).
     */
    private void writeFailed(ChannelHandlerContext on, String why) {
        if (over || context != on || brokenUpload != null) {
            return;
        }
        if (!on.channel().isActive()) {
            lost(why);
            return;
        }
        brokenUpload = why;
        held.drop();
        request.body().consumed(pieces.drop());
        if (!requestComplete) {
            request.body().abandon(why);
        }
        if (answer == null) {
            timer.restart(LAST_WORDS);
        }
        readMore();
    }

    @Override
    public void data(ByteBuf bytes) {
        int size = bytes.readableBytes();
        if (over || context == null || brokenUpload != null) {
            bytes.release();
            request.body().consumed(size);
            return;
        }
        pieces.add(bytes);
    }

    private void writePiece(ByteBuf bytes) {
        ChannelHandlerContext context = Objects.requireNonNull(this.context, "pieces come after the head");
        int size = bytes.readableBytes();
        write(context, new DefaultHttpContent(bytes), () -> {
            timer.touch();
            request.body().consumed(size);
            pieces.left();
        });
    }

    @Override
    public void end(HttpHeaders trailers) {
        if (over || context == null || brokenUpload != null) {
            return;
        }
        pieces.send();
        requestComplete = true;
        if (answer == null) {
            timer.restart(settings.responseTimeout());
        }
        LastHttpContent last = new DefaultLastHttpContent();
        last.trailingHeaders().add(trailers);
        write(context, last);
    }

    @Override
    public void failed(IOException cause) {
        if (brokenUpload != null) {
            return; // the service wants no more of it
        }
        fail(new OutcomeUnknown(
                TunnelFailure.statusOfBroken(cause), "the request's body is incomplete: " + cause.getMessage()));
    }

    // ---- the answer

    void received(HttpObject part) {
        heardAnything = true;
        timer.touch();
        try {
            if (part.decoderResult().isFailure()) {
                fail(new OutcomeUnknown(
                        502,
                        "the service " + service + " does not speak HTTP/1.1: "
                                + part.decoderResult().cause().getMessage()));
                return;
            }
            if (part instanceof HttpResponse head) {
                head(head);
            }
            if (part instanceof HttpContent content && answer != null) {
                content(content);
            }
        } finally {
            ReferenceCountUtil.release(part);
        }
    }

    private void head(HttpResponse head) {
        int status = head.status().code();
        if (ConnectionAuth.isOfferedBy(head.headers())) {
            Objects.requireNonNull(connection).ownedBy(Objects.requireNonNull(context), visitor);
        }
        if (status == 101 && request.isRaw() && RawMode.isGranted(request.head(), head)) {
            becomeRaw(head);
            return;
        }
        if (status == 101) {
            fail(new OutcomeUnknown(502, "the service " + service + " answered 101, but no upgrade was requested"));
            return;
        }
        if (status == 100) {
            held.letGo();
        }
        if (status < 200) {
            return; // its like end here
        }
        held.drop();
        long length = Framing.forbidsBody(request.head().method(), status) ? 0 : Framing.contentLength(head.headers());
        if (length == Framing.MALFORMED) {
            fail(new OutcomeUnknown(502, "the Content-Length of the service's answer is malformed"));
            return;
        }
        keepAlive = HttpUtil.isKeepAlive(head);
        answer = bodyOf(head, length);
        timer.restart(settings.bodyIdleTimeout(head.headers()));
        head.setProtocolVersion(HttpVersion.HTTP_1_1);
        HopByHop.strip(head.headers());
        listener.responded(head, answer);
    }

    /** Of no body there is nothing to abandon: who is told of it early must not cost the connection. */
    private HttpBody bodyOf(HttpResponse head, long length) {
        if (HttpUtil.isTransferEncodingChunked(head)) {
            return new HttpBody(UNKNOWN_LENGTH, this);
        }
        return length == 0 ? HttpBody.empty() : new HttpBody(length, this);
    }

    /** The connection leaves the pool and speaks HTTP no more. */
    private void becomeRaw(HttpResponse head) {
        ServiceConnection connection = Objects.requireNonNull(this.connection);
        ChannelHandlerContext context = Objects.requireNonNull(this.context);
        timer.stop();
        over = true;
        RawSocket socket = new RawSocket(context.channel(), settings.rawIdleTimeout(), settings.bodyIdleTimeout());
        raw = socket;
        connection.switchTo(context, socket);
        socket.ended().whenComplete((done, broken) -> listener.over());
        HttpResponse passedOn = new DefaultHttpResponse(
                HttpVersion.HTTP_1_1, head.status(), head.headers().copy());
        HopByHop.strip(passedOn.headers());
        RawMode.copyUpgrade(head.headers(), passedOn.headers());
        listener.responded(passedOn, socket.received());
        socket.start(request.body());
    }

    private void content(HttpContent content) {
        HttpBody body = answer;
        if (body == null || over) {
            return;
        }
        int size = content.content().readableBytes();
        if (size > 0) {
            ahead += size;
            body.offer(content.content().retain());
        }
        if (content instanceof LastHttpContent last) {
            body.finish(last.trailingHeaders());
            done();
        }
    }

    void readMore() {
        if (!over && context != null && ahead < AHEAD_BYTES) {
            context.read();
        }
    }

    @Override
    public void consumed(int bytes) {
        if (loop.inEventLoop()) {
            consumedHere(bytes);
        } else {
            execute(() -> consumedHere(bytes));
        }
    }

    private void consumedHere(int bytes) {
        boolean wasFull = ahead >= AHEAD_BYTES;
        ahead -= bytes;
        timer.touch();
        if (wasFull) {
            readMore();
        }
    }

    @Override
    public void abandoned(String why) {
        cancel(why);
    }

    @Override
    public boolean isCurrentThread() {
        return loop.inEventLoop();
    }

    // ---- the end

    private void done() {
        ServiceConnection connection = this.connection;
        ChannelHandlerContext context = this.context;
        boolean mayServeAgain = keepAlive && requestComplete;
        over("answered");
        if (connection != null && context != null && mayServeAgain) {
            pool.release(context, connection, visitor);
        } else if (connection != null && context != null) {
            connection.drop(context);
        }
    }

    void lost(String why) {
        if (over) {
            return;
        }
        String broken = brokenUpload;
        brokenUpload = null;
        boolean untouched = request.body().isEmpty() || request.body().isUntouched();
        boolean safe = IDEMPOTENT.contains(request.head().method().name());
        if (reused && !heardAnything && untouched && safe) {
            held.drop();
            Objects.requireNonNull(connection).drop(Objects.requireNonNull(context)); // it has more to say of its end
            context = null;
            connection = null;
            reused = false;
            sentAgain = true;
            start();
        } else {
            fail(new OutcomeUnknown(502, (broken == null ? why : broken) + " (" + service + ")"));
        }
    }

    private void tooSlow(Duration limit) {
        if (brokenUpload != null && answer == null) {
            lost("the service sent nothing more");
            return;
        }
        fail(new OutcomeUnknown(
                504,
                answer == null && requestComplete
                        ? "the service " + service + " did not answer within " + limit.toMillis() + " ms"
                        : "the service " + service + " sent and received no byte for " + limit.toMillis() + " ms"));
    }

    @Override
    public void cancel(String why) {
        if (loop.inEventLoop()) {
            cancelled(why);
        } else {
            execute(() -> cancelled(why));
        }
    }

    private void cancelled(String why) {
        if (raw == null) {
            fail(new OutcomeUnknown(TunnelFailure.GIVEN_UP, why));
        } else {
            raw.cut(why);
        }
    }

    private void fail(TunnelFailure failure) {
        if (over) {
            return;
        }
        HttpBody body = answer;
        ServiceConnection connection = this.connection;
        ChannelHandlerContext context = this.context;
        over(String.valueOf(failure.getMessage()));
        if (connection != null && context != null) {
            connection.drop(context);
        }
        if (body != null) {
            body.fail(new IOException(failure.getMessage()));
        } else {
            listener.failed(failure);
        }
    }

    private void over(String why) {
        over = true;
        timer.stop();
        held.drop();
        request.body().consumed(pieces.drop());
        if (!requestComplete) {
            request.body().abandon(why);
        }
        listener.over();
    }

    private void execute(Runnable step) {
        try {
            loop.execute(step);
        } catch (RejectedExecutionException shutDown) {
            LOG.debug("a call to {} was open when its event loop ended", service);
        }
    }
}
