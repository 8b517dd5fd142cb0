package io.spdytunnel.exchange;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.spdytunnel.http.HttpHandler;
import io.spdytunnel.http.IncomingRequest;
import io.spdytunnel.http.PushedRequest;
import java.util.Iterator;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.ObjectHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pushes what the header {@code CamelSpdyTunnelPush} of a reply names (SPDY/3.1 3.3.1). */
public final class ReplyPushes {

    private static final Logger LOG = LoggerFactory.getLogger(ReplyPushes.class);

    /** Most pushes that one reply may begin; the visitor's own limit is mostly lower. */
    private static final int MOST = 100;

    /** Headers that a pushed resource may depend on, and that a visitor's own request for it would repeat. */
    private static final List<String> REPEATED = List.of(
            "accept-encoding",
            "accept-language",
            "authorization",
            "cookie",
            "forwarded",
            "user-agent",
            "via",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-proto");

    private ReplyPushes() {}

    /** Begins the pushes; {@code handler} answers each of them. A push causes no further pushes. */
    static void begin(Exchange exchange, IncomingRequest request, HttpHandler handler) {
        Message message = exchange.getMessage();
        Object header = message.getHeader(HeaderNames.PUSH);
        if (header == null || exchange.isFailed() || request instanceof PushedRequest || !request.takesPushes()) {
            return;
        }
        Iterator<?> paths = ObjectHelper.createIterator(header, ",");
        for (int i = 0; i < MOST && paths.hasNext(); i++) {
            String path = String.valueOf(paths.next()).trim();
            if (path.startsWith("/")) {
                push(path, request, handler);
            } else {
                LOG.warn("not pushed: a path in {} does not start with /", HeaderNames.PUSH);
            }
        }
    }

    private static void push(String path, IncomingRequest request, HttpHandler handler) {
        HttpHeaders page = request.head().headers();
        HttpRequest pushed = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path);
        pushed.headers().set(HttpHeaderNames.HOST, page.get(HttpHeaderNames.HOST, ""));
        for (String name : REPEATED) {
            pushed.headers().add(name, page.getAll(name));
        }
        var unused = request.push(pushed).whenComplete((open, notTaken) -> {
            if (open != null) {
                handler.handle(open);
            } else {
                LOG.debug("not pushed: {}", notTaken.getMessage());
            }
        });
    }
}
