package io.spdytunnel;

import io.netty.handler.codec.http.HttpRequest;
import io.spdytunnel.http.IncomingRequest;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** What is particular to requests whose route is an origin: they came down a tunnel, or to a serving endpoint. */
final class OriginSide implements RequestExchanges.Side {

    private final ForwardOut forwarding;

    OriginSide(ForwardOut forwarding) {
        this.forwarding = forwarding;
    }

    /** Never {@code CamelHttpUri}: an {@code http:} producer behind us would dial it. */
    @Override
    public void describe(IncomingRequest request, Message message) {
        HttpRequest head = request.head();
        RequestTargets.describe(RequestTargets.of(head), "", message);
        message.setHeader(SpdyTunnelConstants.PRIORITY, request.priority());
        @Nullable String host = head.headers().get("host");
        message.setHeader(
                Exchange.HTTP_URL,
                (request.isSecure() ? "https://" : "http://")
                        + (host == null ? "" : host)
                        + message.getHeader(Exchange.HTTP_PATH, String.class));
    }

    @Override
    public boolean handOn(Exchange exchange, IncomingRequest request) {
        return forwarding.handOn(exchange, request);
    }
}
