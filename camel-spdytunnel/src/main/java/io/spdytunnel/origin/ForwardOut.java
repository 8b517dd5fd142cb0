package io.spdytunnel.origin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.spdytunnel.engine.TunnelEngine;
import io.spdytunnel.exchange.HeaderNames;
import io.spdytunnel.exchange.MessageBodies;
import io.spdytunnel.exchange.MessageHeads;
import io.spdytunnel.exchange.PlainAnswers;
import io.spdytunnel.exchange.RawExchanges;
import io.spdytunnel.fields.Expectation;
import io.spdytunnel.fields.ForwardedHeaders;
import io.spdytunnel.fields.RawMode;
import io.spdytunnel.fields.VisitorId;
import io.spdytunnel.h2.Http2Services;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.HttpCalls;
import io.spdytunnel.http.IncomingRequest;
import io.spdytunnel.http.OutgoingRequest;
import io.spdytunnel.http.RequestNotSent;
import io.spdytunnel.http.ResponseListener;
import io.spdytunnel.http.TunnelFailure;
import io.spdytunnel.options.ServiceUri;
import io.spdytunnel.options.TunnelEnd;
import io.spdytunnel.service.ConnectCalls;
import io.spdytunnel.service.ServiceCalls;
import io.spdytunnel.service.ServiceSharing;
import io.spdytunnel.session.KeepAlive;
import io.spdytunnel.tls.TunnelTlsContexts;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands an exchange on after the route: to a plain service, as the option or the header {@code forwardTo} says, or a
 * CONNECT to where it leads, as {@code connectTo} allows.
 */
public final class ForwardOut implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ForwardOut.class);

    private final TunnelEnd endpoint;
    private final MessageBodies bodies;
    private final boolean saysWhoCame;
    private final ServiceCalls services;
    private final ConnectCalls connects;
    private final RawExchanges raws;
    private final Http2Services http2Services;
    private final @Nullable URI usualService;
    private final ForwardLog failures = new ForwardLog();

    /**
     * Of one endpoint.
     *
     * @param saysWhoCame whether this end says who the visitor is; in a tunnel the proxy has
     */
    public ForwardOut(TunnelEnd endpoint, TunnelEngine engine, boolean saysWhoCame) {
        this.endpoint = endpoint;
        this.bodies = new MessageBodies(engine.workers());
        this.saysWhoCame = saysWhoCame;
        String option = endpoint.getConfiguration().getForwardTo();
        this.usualService = option == null ? null : ServiceUri.parse("forwardTo", option);
        this.raws = new RawExchanges(endpoint.getConfiguration().upgradable());
        this.connects = new ConnectCalls(
                endpoint.getConfiguration().callSettings(),
                Duration.ofMillis(endpoint.getConfiguration().getConnectTimeout()),
                endpoint.getConfiguration().connectRules(),
                engine.workers());
        ServiceSharing sharing = endpoint.getConfiguration().serviceSharing();
        this.services = new ServiceCalls(
                endpoint.getConfiguration().callSettings(),
                sharing,
                Duration.ofMillis(endpoint.getConfiguration().getConnectTimeout()),
                TunnelTlsContexts.platform(),
                engine.workers());
        this.http2Services = new Http2Services(
                endpoint.getConfiguration().callSettings(),
                // gRPC's servers take PINGs that they did not ask for as an attack.
                endpoint.getConfiguration().sessionSettings().withKeepAlive(KeepAlive.NONE),
                engine.budget(),
                sharing,
                Duration.ofMillis(endpoint.getConfiguration().getConnectTimeout()),
                engine.workers());
    }

    /** Returns whether there is somebody to hand it on to. */
    boolean handOn(Exchange exchange, IncomingRequest request) {
        Message message = exchange.getMessage();
        if (HttpMethod.CONNECT.name().equals(message.getHeader(Exchange.HTTP_METHOD, String.class))) {
            connect(message, request);
            return true;
        }
        URI service = serviceOf(message);
        if (service == null) {
            return false;
        }
        HttpBody body = bodies.toSend(message);
        HttpRequest head = MessageHeads.toRequest(message, endpoint.getHeaderFilterStrategy(), body);
        body = raws.prepare(message, head, body);
        makeServices(head, request, body, service);
        if (saysWhoCame) { // else the proxy has
            InetSocketAddress visitor = request.remoteAddress() instanceof InetSocketAddress known ? known : null;
            ForwardedHeaders.replace(head.headers(), visitor, request.isSecure() ? "https" : "http");
        }
        if (!endpoint.getConfiguration().isPreserveHost() || !head.headers().contains(HttpHeaderNames.HOST)) {
            head.headers().set(HttpHeaderNames.HOST, service.getRawAuthority());
        }
        head.setUri(basePath(service) + head.uri());
        OutgoingRequest sent = new OutgoingRequest(head, body, service.getScheme(), OutgoingRequest.DEFAULT_PRIORITY);
        if (sent.isRaw() && ServiceUri.isHttp2(service)) {
            PlainAnswers.send(request, 501, "the service behind the origin supports no upgrades"); // RFC 9113 8.6
            return true;
        }
        ResponseListener answering = new ResponseListener() {
            @Override
            public void responded(HttpResponse answer, HttpBody answerBody) {
                message.setHeader(Exchange.HTTP_RESPONSE_CODE, answer.status().code());
                RawExchanges.answer(
                        request, answer, answerBody, sent.isRaw() && RawMode.isGranted(sent.head(), answer));
            }

            @Override
            public void failed(TunnelFailure failure) {
                boolean givenUp = request.ended().toCompletableFuture().isCompletedExceptionally();
                failures.failed(endpoint.getOrigin(), service.getRawAuthority(), failure, givenUp);
                PlainAnswers.send(request, failure.status(), forVisitor(failure), failure.retryAfter());
            }
        };
        HttpCalls.Call call = ServiceUri.isHttp2(service)
                ? http2Services.send(request.eventLoop(), service, sent, request.visitor(), answering)
                : services.send(request.eventLoop(), service, sent, request.visitor(), answering);
        cancelWith(request, call);
        return true;
    }

    /** What ends of ours tell each other is not for services; a route may have set it, too. */
    private static void makeServices(HttpRequest head, IncomingRequest request, HttpBody body, URI service) {
        VisitorId.tell(head.headers(), null);
        Expectation.tell(head.headers(), false);
        if (request.expectsContinue() && body.equals(request.body()) && !ServiceUri.isHttp2(service)) {
            Expectation.ask(head.headers());
        }
    }

    private void connect(Message message, IncomingRequest request) {
        HttpBody body = HttpBody.empty();
        HttpRequest head = MessageHeads.toRequest(message, endpoint.getHeaderFilterStrategy(), body);
        OutgoingRequest sent =
                new OutgoingRequest(head, raws.prepare(message, head, body), "http", OutgoingRequest.DEFAULT_PRIORITY);
        if (!sent.isRaw()) {
            PlainAnswers.send(request, 501, "a CONNECT can only be passed on together with the visitor's raw bytes");
            return;
        }
        HttpCalls.Call call = connects.send(request.eventLoop(), sent, new ResponseListener() {
            @Override
            public void responded(HttpResponse answer, HttpBody answerBody) {
                message.setHeader(Exchange.HTTP_RESPONSE_CODE, answer.status().code());
                RawExchanges.answer(request, answer, answerBody, true);
            }

            @Override
            public void failed(TunnelFailure failure) {
                LOG.debug("origin {}: CONNECT {}: {}", endpoint.getOrigin(), failure.status(), failure.getMessage());
                PlainAnswers.send(request, failure.status(), failure.getMessage(), failure.retryAfter());
            }
        });
        cancelWith(request, call);
    }

    private static void cancelWith(IncomingRequest request, HttpCalls.Call call) {
        var unused = request.ended().whenComplete((done, gone) -> {
            if (gone != null) {
                call.cancel("the request was given up: " + gone.getMessage());
            }
        });
    }

    private static String forVisitor(TunnelFailure failure) {
        if (failure instanceof RequestNotSent) {
            return "the service behind the origin cannot be reached";
        }
        return failure.status() == 504
                ? "the service behind the origin did not answer in time"
                : "the service behind the origin did not complete its answer";
    }

    @Override
    public void close() {
        services.close();
        connects.close();
        http2Services.close();
    }

    private @Nullable URI serviceOf(Message message) {
        String header = message.getHeader(HeaderNames.FORWARD_TO, String.class);
        if (header != null && !header.isBlank()) {
            return ServiceUri.parse(HeaderNames.FORWARD_TO, header);
        }
        return usualService;
    }

    private static String basePath(URI service) {
        String path = service.getRawPath() == null ? "" : service.getRawPath();
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
