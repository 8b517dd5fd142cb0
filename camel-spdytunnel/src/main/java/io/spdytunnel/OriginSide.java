package io.spdytunnel;

import io.netty.handler.codec.http.HttpRequest;
import io.spdytunnel.http.IncomingRequest;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** What is particular to requests whose route is an origin: they came down a tunnel, or to a serving endpoint. */
final class OriginSide implements RequestExchanges.Side {

    private final ForwardOut forwarding;
    private final @Nullable WebSocketExchanges webSockets;

    /** @param webSockets takes the messages of WebSockets; null if their bytes are forwarded */
    OriginSide(ForwardOut forwarding, @Nullable WebSocketExchanges webSockets) {
        this.forwarding = forwarding;
        this.webSockets = webSockets;
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
        if (webSockets != null) {
            webSockets.describe(request, message);
        }
    }

    @Override
    public boolean handOn(Exchange exchange, IncomingRequest request, ReceivedHeaders asReceived) {
        if (webSockets != null && webSockets.takes(exchange, request, asReceived)) {
            return true;
        }
        return forwarding.handOn(exchange, request);
    }
}
