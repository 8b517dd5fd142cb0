package io.spdytunnel;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.spdytunnel.h2.Http2Services;
import io.spdytunnel.http.ForwardedHeaders;
import io.spdytunnel.http.HopByHop;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.HttpCalls;
import io.spdytunnel.http.IncomingRequest;
import io.spdytunnel.http.OutgoingRequest;
import io.spdytunnel.http.RequestNotSent;
import io.spdytunnel.http.ResponseListener;
import io.spdytunnel.http.ServiceCalls;
import io.spdytunnel.http.TunnelFailure;
import io.spdytunnel.session.KeepAlive;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands an exchange on to a plain service after the route, as the option or the header {@code forwardTo} says. */
final class ForwardOut implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ForwardOut.class);

    /** Of a call that was given up because nobody waits for it any more. */
    private static final int CANCELLED = 499;

    private final SpdyTunnelEndpoint endpoint;
    private final TunnelEngine engine;
    private final ServiceCalls services;
    private final Http2Services http2Services;
    private volatile String lastComplaint = "";

    ForwardOut(SpdyTunnelEndpoint endpoint, TunnelEngine engine) {
        this.endpoint = endpoint;
        this.engine = engine;
        this.services = new ServiceCalls(
                FloorSettings.callSettings(endpoint.getConfiguration()),
                Duration.ofMillis(endpoint.getConfiguration().getConnectTimeout()),
                TunnelTlsContexts.platform(),
                engine.workers());
        this.http2Services = new Http2Services(
                FloorSettings.callSettings(endpoint.getConfiguration()),
                // gRPC's servers take PINGs that they did not ask for as an attack.
                FloorSettings.sessionSettings(endpoint.getConfiguration()).withKeepAlive(KeepAlive.NONE),
                engine.budget(),
                Duration.ofMillis(endpoint.getConfiguration().getConnectTimeout()),
                engine.workers());
    }

    /** Returns whether there is somebody to hand it on to. */
    boolean handOn(Exchange exchange, IncomingRequest request) {
        Message message = exchange.getMessage();
        URI service = serviceOf(message);
        if (service == null) {
            return false;
        }
        HttpBody body = engine.bodies().toSend(message);
        HttpRequest head = MessageHeads.toRequest(message, endpoint.getHeaderFilterStrategy(), body);
        HopByHop.strip(head.headers());
        if (endpoint.getServe() != null) { // else the proxy has said who the visitor is
            InetSocketAddress visitor = request.remoteAddress() instanceof InetSocketAddress known ? known : null;
            ForwardedHeaders.replace(head.headers(), visitor, request.isSecure() ? "https" : "http");
        }
        if (!endpoint.getConfiguration().isPreserveHost() || !head.headers().contains(HttpHeaderNames.HOST)) {
            head.headers().set(HttpHeaderNames.HOST, service.getRawAuthority());
        }
        head.setUri(basePath(service) + head.uri());
        OutgoingRequest sent = new OutgoingRequest(head, body, service.getScheme(), OutgoingRequest.DEFAULT_PRIORITY);
        ResponseListener answering = new ResponseListener() {
            @Override
            public void responded(HttpResponse answer, HttpBody answerBody) {
                lastComplaint = "";
                message.setHeader(Exchange.HTTP_RESPONSE_CODE, answer.status().code());
                request.respond(answer, answerBody);
            }

            @Override
            public void failed(TunnelFailure failure) {
                complain(service, failure);
                PlainAnswers.send(request, failure.status(), forVisitor(failure), failure.retryAfter());
            }
        };
        HttpCalls.Call call = OptionRules.isHttp2(service)
                ? http2Services.send(request.eventLoop(), service, sent, answering)
                : services.send(request.eventLoop(), service, sent, answering);
        request.ended().whenComplete((done, gone) -> {
            if (gone != null) {
                call.cancel("the request was given up: " + gone.getMessage());
            }
        });
        return true;
    }

    /** Addresses and errors are for the origin's operator: once loudly until the service is back, then quietly. */
    private void complain(URI service, TunnelFailure failure) {
        String complaint = service.getRawAuthority() + ": " + failure.getMessage();
        if (failure.status() == CANCELLED || complaint.equals(lastComplaint)) {
            LOG.debug("origin {}: forwardTo {}", endpoint.getOrigin(), complaint);
        } else {
            LOG.warn("origin {}: forwardTo {} (the same again is logged at DEBUG)", endpoint.getOrigin(), complaint);
            lastComplaint = complaint;
        }
    }

    private static String forVisitor(TunnelFailure failure) {
        if (failure instanceof RequestNotSent) {
            return "the service behind the origin cannot be reached";
        }
        return failure.status() == 504
                ? "the service behind the origin did not answer in time"
                : "the service behind the origin broke off";
    }

    @Override
    public void close() {
        services.close();
        http2Services.close();
    }

    private @Nullable URI serviceOf(Message message) {
        String header = message.getHeader(SpdyTunnelConstants.FORWARD_TO, String.class);
        if (header != null && !header.isBlank()) {
            return OptionRules.service(SpdyTunnelConstants.FORWARD_TO, header);
        }
        String option = endpoint.getConfiguration().getForwardTo();
        return option == null ? null : OptionRules.service("forwardTo", option);
    }

    private static String basePath(URI service) {
        String path = service.getRawPath() == null ? "" : service.getRawPath();
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
