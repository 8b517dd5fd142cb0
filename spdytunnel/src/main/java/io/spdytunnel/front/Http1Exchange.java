package io.spdytunnel.front;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.spdytunnel.fields.Expectation;
import io.spdytunnel.fields.RawMode;
import io.spdytunnel.fields.VisitorId;
import io.spdytunnel.front.ResponseHead.Unsendable;
import io.spdytunnel.http.Arrival;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.IncomingRequest;
import io.spdytunnel.http.RawSocket;
import io.spdytunnel.http.RequestObserver;
import java.io.IOException;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One request of an HTTP/1.1 visitor and its answer. */
final class Http1Exchange implements IncomingRequest {

    /** Who ends its half together with its request does so within this; who leaves takes longer, mostly. */
    private static final long BEHIND_THE_REQUEST_NANOS = 500_000_000;

    private final Http1Visitor visitor;
    private final Channel channel;
    private final Arrival arrival;
    private final HttpRequest head;
    private final VisitorId id;
    private final RequestObserver observer;
    private final Http1Upload upload;
    private final VisitorService service;
    private final @Nullable RawSocket raw;
    private final AtomicBoolean responded = new AtomicBoolean();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final long arrivedAt = System.nanoTime();

    /** Loop only: null until the answer begins. */
    private @Nullable Http1Response response;

    // Loop only.
    private boolean workDone;
    private @Nullable Runnable whenWorkIsDone;

    Http1Exchange(
            Http1Visitor visitor,
            Channel channel,
            Arrival arrival,
            HttpRequest head,
            RequestObserver observer,
            VisitorService service) {
        this.visitor = visitor;
        this.channel = channel;
        this.arrival = arrival;
        this.head = head;
        this.id = arrival.visitor().takeFromVisitor(head.headers());
        Expectation.tell(head.headers(), false); // which is a proxy's to tell
        this.observer = observer;
        this.upload = new Http1Upload(
                visitor,
                channel.eventLoop(),
                Http1Rules.bodyLength(head),
                service.settings().readAheadBytes());
        this.service = service;
        this.raw = Http1Rules.asksForRaw(head)
                ? new RawSocket(
                        channel,
                        Duration.ZERO, // what is behind it minds the time
                        service.settings().timeouts().bodyIdle())
                : null;
        if (raw != null) {
            raw.observedBy(observer);
        }
        if (observer != RequestObserver.NONE) {
            var unused = ended.whenComplete((done, cut) -> observer.ended(cut));
        }
    }

    @Override
    public HttpRequest head() {
        return head;
    }

    @Override
    public RequestObserver observer() {
        return observer;
    }

    @Override
    public HttpBody body() {
        return raw == null ? upload.body() : raw.received();
    }

    @Override
    public @Nullable SocketAddress remoteAddress() {
        return arrival.remote();
    }

    @Override
    public @Nullable SocketAddress localAddress() {
        return arrival.local();
    }

    @Override
    public boolean isSecure() {
        return arrival.secure();
    }

    @Override
    public List<X509Certificate> certificates() {
        return arrival.certificates().get();
    }

    @Override
    public VisitorId visitor() {
        return id;
    }

    @Override
    public boolean expectsContinue() {
        return Expectation.isIn(head.headers()) && head.protocolVersion().equals(HttpVersion.HTTP_1_1);
    }

    @Override
    public boolean asksForRaw() {
        return raw != null;
    }

    @Override
    public EventLoop eventLoop() {
        return channel.eventLoop();
    }

    @Override
    public void respond(HttpResponse head, HttpBody body) {
        if (!responded.compareAndSet(false, true)) {
            throw new IllegalStateException("this request was already answered");
        }
        if (!Loops.run(eventLoop(), () -> visitor.answer(this, head, body))) {
            body.abandon("the front door's event loop has ended");
        }
    }

    @Override
    public CompletionStage<Void> ended() {
        return ended;
    }

    @Override
    public boolean isWorkedOn() {
        return !workDone;
    }

    @Override
    public void whenWorkIsDone(Runnable step) {
        whenWorkIsDone = step;
    }

    /** The handler has answered, though perhaps nobody waits for that any more. */
    void workDone() {
        workDone = true;
        if (whenWorkIsDone != null) {
            whenWorkIsDone.run();
        }
    }

    /** Longest body of the response in bytes, 0 for no limit. */
    long maxResponseBodyBytes() {
        return service.settings().maxResponseBodyBytes();
    }

    void answerText(HttpResponseStatus status, String sentence) {
        visitor.answer(this, PlainText.head(status), HttpBody.of(PlainText.line(sentence, channel.alloc())));
    }

    Http1Upload upload() {
        return upload;
    }

    /** Whether nobody has answered yet; if so, {@link #respond} is spent now. */
    boolean takeAnswer() {
        return responded.compareAndSet(false, true);
    }

    @Nullable
    Http1Response response() {
        return response;
    }

    void respondsWith(Http1Response begun) {
        response = begun;
    }

    /** Whether more may be read: of its body, or behind it, where so many bytes are waiting already. */
    boolean hasRoom(int waitingBytes) {
        return upload.isComplete() ? waitingBytes < service.settings().readAheadBytes() : upload.hasRoom();
    }

    /**
     * Whether the visitor, who has ended its half, may still read: it has sent the whole request, and if the head of the
     * answer has left already, it has ended its half too soon behind that to be one who goes away.
     */
    boolean mayBeAnsweredToHalf() {
        boolean begun = response != null && response.hasBegun();
        return raw == null
                && upload.isComplete()
                && (!begun || System.nanoTime() - arrivedAt < BEHIND_THE_REQUEST_NANOS);
    }

    /**
     * Whether a body is under way, in either direction, and no byte of it for long would be a fault. With a visitor who
     * has ended its half silence is one: if it is gone, only what is written to it will show that.
     */
    boolean mustMove(boolean answered, boolean halfClosed) {
        boolean responding = response != null && response.hasBegun();
        boolean uploading = upload.isWanted() && !upload.isComplete();
        boolean maySilentlyWait = response != null
                && responding
                && response.maySilentlyWait(service.settings().timeouts().streamingTypes())
                && !answered
                && !halfClosed;
        return (responding || uploading) && !maySilentlyWait;
    }

    boolean isOver() {
        return ended.isDone();
    }

    /** Whether this answer makes raw bytes of the connection: only if they were asked for, too. */
    boolean isMadeRawBy(HttpResponse answer) {
        return raw != null && RawMode.isGranted(head, answer);
    }

    /** Writes the answer and leaves the connection to raw bytes; what has come behind the request belongs to them. */
    void becomeRaw(HttpResponse answer, HttpBody body) throws Unsendable {
        RawSocket socket = Objects.requireNonNull(raw, "raw bytes were not asked for");
        HttpResponse granting = ResponseHead.granting(answer);
        observer.answered(granting.status().code());
        channel.writeAndFlush(granting).addListener((ChannelFuture written) -> {
            if (!written.isSuccess()) {
                socket.cut("the head could not be written: " + written.cause().getMessage());
            }
        });
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.remove(Http1Encoder.class);
        pipeline.addAfter(pipeline.context(Http1Decoder.class).name(), null, socket);
        var unused = socket.ended().whenComplete((done, broken) -> {
            if (broken == null) {
                end();
            } else {
                breakOff(broken instanceof IOException cause ? cause : new IOException(broken));
            }
        });
        socket.start(body);
        pipeline.remove(Http1Decoder.class); // hands on what it holds
    }

    /** Whether the visitor would take the end of its connection for the end of the bytes. */
    boolean endWouldLookClean() {
        return raw != null || (response != null && response.isUntilClose());
    }

    void end() {
        if (raw != null) {
            raw.refuse(); // ignored if it was granted
        }
        ended.complete(null);
    }

    /** Nobody waits for the answer any more: it counts against the visitor's address for as long as it is worked on. */
    void givenUp(IOException cause) {
        service.givenUp(arrival, this);
        breakOff(cause);
    }

    /** Tells everybody who holds a part of this exchange that the rest will not come. */
    void breakOff(IOException cause) {
        upload.fail(cause);
        if (raw != null) {
            raw.refuse();
        }
        if (response != null) {
            response.breakOff(cause);
        }
        ended.completeExceptionally(cause);
        if (responded.get()) {
            upload.nobodyWillRead(); // else whoever answers later is the one to decide
        }
    }
}
