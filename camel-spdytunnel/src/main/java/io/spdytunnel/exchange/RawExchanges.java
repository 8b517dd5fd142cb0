package io.spdytunnel.exchange;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.spdytunnel.fields.HopByHop;
import io.spdytunnel.fields.RawMode;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.IncomingRequest;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * CONNECT and Upgrade as exchanges. The route sees only the heads: neither message has a body, and the raw bytes of
 * both directions bypass the route, so that no step can read, cache or log them by accident. The raw bytes flow if the
 * route changes neither the bodies nor the status. If it does, the CONNECT or Upgrade is refused.
 */
public final class RawExchanges {

    /** Exchange property with the body that came with a grant, until the visitor has it. */
    private static final String GRANTED = "CamelSpdyTunnelGrantedBytes";

    private final List<String> protocols;

    /**
     * Of one endpoint.
     *
     * @param protocols the protocols that may be upgraded to, in any letter case
     */
    public RawExchanges(List<String> protocols) {
        this.protocols = protocols;
    }

    /**
     * Prepares a head for the next hop: removes hop-by-hop headers, and sets {@code Upgrade} only if the visitor's raw
     * bytes are sent too.
     *
     * @return what is to be sent as the body: the visitor's raw bytes, or {@code body} as it is
     */
    public HttpBody prepare(Message message, HttpRequest head, HttpBody body) {
        @Nullable String protocol = chosen(head);
        HopByHop.strip(head.headers());
        Object visit = message.getExchange().getProperty(RequestExchanges.REQUEST_PROPERTY);
        if (!(visit instanceof IncomingRequest request) || !request.asksForRaw() || message.getBody() != null) {
            return body;
        }
        boolean connects = RawMode.isConnect(head);
        if (connects != RawMode.isConnect(request.head()) || (!connects && protocol == null)) {
            return body; // the route made another request of it
        }
        head.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
        if (protocol != null && !connects) {
            head.headers().set(HttpHeaderNames.UPGRADE, protocol);
        }
        return request.body();
    }

    private @Nullable String chosen(HttpRequest head) {
        for (String asked : RawMode.protocols(head.headers())) {
            if (protocols.stream().anyMatch(asked::equalsIgnoreCase)) {
                return asked;
            }
        }
        return null;
    }

    /** Keeps the raw body of a granted answer in the exchange, past the route. */
    public static void keep(Exchange exchange, HttpBody granted) {
        drop(exchange);
        exchange.setProperty(GRANTED, granted);
    }

    /** Abandons the raw body of a grant that was not used. */
    static void drop(Exchange exchange) {
        if (exchange.removeProperty(GRANTED) instanceof HttpBody unwanted) {
            unwanted.abandonIfUntouched("the route did not pass it on");
        }
    }

    /**
     * Answers with the raw bytes that were kept, if the route has not changed the reply; else with the reply's body.
     */
    public static void answer(Exchange exchange, IncomingRequest request, HttpResponse head, HttpBody body) {
        if (exchange.getProperty(GRANTED) instanceof HttpBody granted
                && exchange.getMessage().getBody() == null
                && RawMode.isGranted(request.head(), head)) {
            exchange.removeProperty(GRANTED);
            answer(request, head, granted, true);
        } else {
            drop(exchange);
            answer(request, head, body, false);
        }
    }

    /**
     * Answers. The visitor's connection becomes raw only if the answer has a raw body.
     *
     * @param raw whether {@code body} is the raw body of a granted answer
     */
    public static void answer(IncomingRequest request, HttpResponse head, HttpBody body, boolean raw) {
        boolean grants = request.asksForRaw() && RawMode.isGranted(request.head(), head);
        if (grants == raw && (raw || head.status().code() != 101)) {
            request.respond(head, body);
            return;
        }
        body.abandon("the raw stream was not requested and granted");
        if (RawMode.isConnect(request.head())) {
            PlainAnswers.send(request, 501, "CONNECT is not served here");
        } else {
            PlainAnswers.send(request, 502, "the answer was 101, but no upgrade was requested");
        }
    }
}
