package io.spdytunnel.front;

import static io.netty.handler.codec.http.HttpResponseStatus.BAD_REQUEST;
import static io.netty.handler.codec.http.HttpResponseStatus.EXPECTATION_FAILED;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.spdytunnel.h2.Http2Session;
import io.spdytunnel.http.Arrival;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.HttpCallSettings;
import io.spdytunnel.http.HttpHandler;
import io.spdytunnel.http.HttpServing;
import io.spdytunnel.http.IncomingRequest;
import io.spdytunnel.http.RequestObserver;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.Stream;
import io.spdytunnel.session.StreamAcceptor;
import io.spdytunnel.session.StreamListener;
import io.spdytunnel.spdy.SpdySession;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection of one visitor who speaks HTTP/2 or SPDY/3.1: a session on which it opens a stream for each request.
 * What differs between the two is the session's affair.
 *
 * <p>The rules for requests are those of HTTP/1.1 visitors, and so are the times: the first request must come as soon
 * as a head must be complete, and behind the last one the connection is kept as long. Confined to the event loop.
 */
final class SessionVisitor implements VisitorConnection, HttpHandler {

    private static final Logger LOG = LoggerFactory.getLogger(SessionVisitor.class);

    private static final String HTTP_2 = "HTTP/2";

    /** Until the server's own patience ends, and it cuts. */
    private static final Duration AS_LONG_AS_IT_TAKES = Duration.ofDays(1);

    /** Begins to speak the visitor's protocol. */
    private interface Starter {
        Session start(SessionVisitor visitor, StreamAcceptor acceptor);
    }

    private final Starter starter;
    private final String protocol;
    private final Channel channel;
    private final VisitorService service;
    private final Deadline deadline;
    private final Arrival arrival;

    private @Nullable Session session;
    private int requests;
    private boolean closedHere;

    private SessionVisitor(Starter starter, String protocol, Channel channel, VisitorService service) {
        this.starter = starter;
        this.protocol = protocol;
        this.channel = channel;
        this.service = service;
        this.deadline = new Deadline(channel.eventLoop(), this::askedForNothing);
        this.arrival = VisitorAddress.arrivalOn(channel, service.secure());
    }

    static SessionVisitor spdy(Channel channel, VisitorService service) {
        return new SessionVisitor(
                (visitor, acceptor) -> SpdySession.start(
                        channel, Role.RESPONDER, service.settings().spdy(), service.budget(), acceptor),
                "SPDY/3.1",
                channel,
                service);
    }

    static SessionVisitor http2(Channel channel, VisitorService service) {
        return new SessionVisitor(
                (visitor, acceptor) -> Http2Session.start(
                                channel,
                                Role.RESPONDER,
                                service.settings().http2(),
                                service.budget(),
                                acceptor,
                                visitor::headTooLong)
                        .session(),
                HTTP_2,
                channel,
                service);
    }

    /** A request that was answered below, and never came here. */
    private void headTooLong() {
        RequestObserver observer = service.accessLog().began(arrival, protocol, null);
        observer.refused();
        observer.answered(HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE.code());
        observer.ended(null);
    }

    /** Starts the session, on the channel's event loop. */
    void begin() {
        VisitorServerSettings settings = service.settings();
        HttpCallSettings calls = new HttpCallSettings(
                        Duration.ZERO,
                        settings.timeouts().bodyIdle(),
                        settings.maxRequestBodyBytes(),
                        settings.maxResponseBodyBytes())
                .withStreamingTypes(settings.timeouts().streamingTypes());
        channel.config().setAutoRead(true); // what a session may hold its windows bound
        HttpServing serving = new HttpServing(
                this, calls, arrival, head -> service.accessLog().began(arrival, protocol, head));
        Session begun = starter.start(this, (stream, head, fin) -> accept(serving, stream, head, fin));
        session = begun;
        deadline.in(settings.timeouts().head());
        begun.whenEnded().whenComplete((end, never) -> {
            deadline.cancel();
            LOG.debug("session of visitor {} ended: {}", arrival.address(), end == null ? never : end.reason());
            service.connections().closed(this);
        });
        service.connections().opened(this);
    }

    /** What the head of an exchange does not show any more, and so must be asked here. */
    private StreamListener accept(HttpServing serving, Stream stream, HeaderBlock head, Fin fin) {
        String path = head.first(":path");
        String expected = head.first("expect");
        int most = service.settings().maxHeadBytes();
        if (sizeOf(head) > most) {
            return serving.refuse(
                    stream,
                    HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE.code(),
                    "the request's head is longer than " + most + " bytes");
        }
        if (isConnect(head)) {
            return serving.accept(stream, head, fin);
        }
        if (protocol.equals(HTTP_2) && path != null && !path.startsWith("/") && !path.equals("*")) {
            return serving.refuse(stream, BAD_REQUEST.code(), ":path must begin with / [RFC 9113 8.3.1]");
        }
        if (expected != null && !HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expected)) {
            return serving.refuse(
                    stream, EXPECTATION_FAILED.code(), "the only expectation that can be met is 100-continue");
        }
        return serving.accept(stream, head, fin);
    }

    /** As a block of SPDY's, which is a few bytes a field more than the text, and fewer than HTTP/2 counts. */
    private static int sizeOf(HeaderBlock head) {
        int size = 0;
        for (int i = 0; i < head.size(); i++) {
            size += head.name(i).length() + head.value(i).length() + 2 * Integer.BYTES;
        }
        return size;
    }

    private static boolean isConnect(HeaderBlock head) {
        return HttpMethod.CONNECT.name().equals(head.first(":method"));
    }

    @Override
    public void handle(IncomingRequest request) {
        requests++;
        deadline.none();
        request.ended().whenComplete((done, cut) -> requestEnded(request));
        try {
            Http1Rules.check(request.head(), service.settings());
            checkSizes(request);
            service.checkAborts(arrival, request.head());
        } catch (Refusal refusal) {
            LOG.debug(
                    "refused a request of visitor {}: {} {}", arrival.address(), refusal.status(), refusal.sentence());
            refuse(request, refusal);
            return;
        }
        service.handler().handle(request);
    }

    private void checkSizes(IncomingRequest request) throws Refusal {
        int fields = service.settings().maxHeaderFields();
        if (request.head().headers().size() > fields) {
            throw new Refusal(
                    HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                    "the request has more than " + fields + " header fields");
        }
        int most = service.settings().maxTargetBytes();
        if (request.head().uri().length() > most) {
            throw new Refusal(
                    HttpResponseStatus.REQUEST_URI_TOO_LONG, "the request's target is longer than " + most + " bytes");
        }
    }

    private static void refuse(IncomingRequest request, Refusal refusal) {
        request.observer().refused();
        HttpResponse head = PlainText.head(refusal.status());
        if (refusal.header() != null) {
            head.headers().set(refusal.header(), refusal.headerValue());
        }
        request.respond(head, HttpBody.of(PlainText.line(refusal.sentence(), ByteBufAllocator.DEFAULT)));
    }

    private void requestEnded(IncomingRequest request) {
        if (!closedHere) {
            service.givenUp(arrival, request);
        }
        requests--;
        if (requests == 0 && live().isAcceptingStreams()) {
            deadline.in(service.settings().timeouts().keepAlive());
        }
    }

    private void askedForNothing() {
        LOG.debug("visitor {} sent no request in time, closing its session", arrival.address());
        live().drain(Duration.ZERO);
    }

    private Session live() {
        return Objects.requireNonNull(session, "not begun");
    }

    @Override
    public void drain() {
        end(AS_LONG_AS_IT_TAKES);
    }

    @Override
    public void cut() {
        end(Duration.ZERO);
    }

    private void end(Duration patience) {
        Loops.run(channel.eventLoop(), () -> {
            closedHere = true;
            live().drain(patience);
        });
    }
}
