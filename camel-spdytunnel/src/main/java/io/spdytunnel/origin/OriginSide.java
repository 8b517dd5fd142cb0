package io.spdytunnel.origin;

import io.netty.handler.codec.http.HttpRequest;
import io.spdytunnel.exchange.HeaderNames;
import io.spdytunnel.exchange.ReceivedHeaders;
import io.spdytunnel.exchange.RequestExchanges;
import io.spdytunnel.exchange.RequestTargets;
import io.spdytunnel.http.IncomingRequest;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * Handles what is specific to requests whose route is an origin: requests of a tunnel, or of an endpoint with serve.
 */
public final class OriginSide implements RequestExchanges.Side {

    private final ForwardOut forwarding;
    private final @Nullable WebSocketExchanges webSockets;
    private final boolean inTunnel;

    /**
     * For requests of a tunnel, or of an endpoint with serve.
     *
     * @param webSockets takes the messages of WebSockets; null if their bytes are forwarded
     */
    public OriginSide(ForwardOut forwarding, @Nullable WebSocketExchanges webSockets, boolean inTunnel) {
        this.inTunnel = inTunnel;
        this.forwarding = forwarding;
        this.webSockets = webSockets;
    }

    /** Does not set {@code CamelHttpUri}: an {@code http:} producer later in the route would dial it. */
    @Override
    public void describe(IncomingRequest request, Message message) {
        HttpRequest head = request.head();
        RequestTargets.describe(RequestTargets.of(head), "", message);
        message.setHeader(HeaderNames.PRIORITY, request.priority());
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

    /**
     * When a tunnel is suspended, its proxy is told to send no more. Requests that still arrive were on their way, and
     * the proxy cannot send them again.
     */
    @Override
    public boolean takesLastOnes() {
        return inTunnel;
    }
}
