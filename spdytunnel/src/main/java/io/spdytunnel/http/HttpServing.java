package io.spdytunnel.http;

import io.netty.handler.codec.http.HttpRequest;
import io.spdytunnel.fields.Framing;
import io.spdytunnel.fields.HeaderMapping;
import io.spdytunnel.fields.HeaderMapping.MalformedHead;
import io.spdytunnel.fields.RawMode;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.Stream;
import io.spdytunnel.session.StreamAcceptor;
import io.spdytunnel.session.StreamListener;
import io.spdytunnel.spi.Api;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves requests that arrive as streams: each goes to a handler, and its answer goes back on the same stream. */
@Api
public final class HttpServing implements StreamAcceptor {

    private static final Logger LOG = LoggerFactory.getLogger(HttpServing.class);

    private final HttpHandler handler;
    private final HttpCallSettings settings;
    private final @Nullable Arrival arrival;
    private final Function<@Nullable HttpRequest, RequestObserver> observers;

    /**
     * For a session with the requests of many visitors: {@code :scheme} is the visitor's scheme.
     *
     * @param settings the responder uses its idle timeouts and body sizes
     */
    public HttpServing(HttpHandler handler, HttpCallSettings settings) {
        this(handler, settings, null, head -> RequestObserver.NONE);
    }

    /**
     * @param arrival the connection, for a session with one visitor, whose own {@code :scheme} is not believed; null
     *     for a session with many
     * @param observers gives an observer for each request's head, which is null if it was malformed
     */
    public HttpServing(
            HttpHandler handler,
            HttpCallSettings settings,
            @Nullable Arrival arrival,
            Function<@Nullable HttpRequest, RequestObserver> observers) {
        this.handler = handler;
        this.settings = settings;
        this.arrival = arrival;
        this.observers = observers;
    }

    @Override
    public StreamListener accept(Stream stream, HeaderBlock block, Fin fin) {
        ServedStream served = new ServedStream(stream, settings, arrival);
        HttpRequest head;
        try {
            head = headOf(stream, block);
        } catch (MalformedHead malformed) {
            // 3.2.1 wants an answer, no reset
            served.observedBy(observers.apply(null));
            served.refuse(400, "malformed request: " + malformed.getMessage());
            return served;
        }
        served.observedBy(observers.apply(head));
        long announced = Framing.contentLength(head.headers());
        if (announced == Framing.MALFORMED) {
            served.refuse(400, "malformed request: its Content-Length is malformed [RFC 9110 8.6]");
        } else if (settings.maxRequestBodyBytes() > 0 && announced > settings.maxRequestBodyBytes()) {
            served.refuse(413, "a body of " + announced + " bytes, the limit is " + settings.maxRequestBodyBytes());
        } else if (RawMode.isConnect(head) && (fin.isLast() || !RawMode.isAsked(head))) {
            served.refuse(400, "malformed request: a CONNECT has no body, and its stream stays open [RFC 9110 9.3.6]");
        } else {
            served.begin(head, "https".equals(block.first(HeaderMapping.SCHEME)), announced, fin);
            handle(served);
        }
        return served;
    }

    private HttpRequest headOf(Stream stream, HeaderBlock block) throws MalformedHead {
        if (arrival != null) {
            return HeaderMapping.toVisitorsRequest(block);
        }
        return stream.session().peer() == SessionSettings.Peer.LEGACY
                ? HeaderMapping.toLegacyRequest(block)
                : HeaderMapping.toRequest(block);
    }

    /** Answers a stream with one line of text; no handler is called. */
    public StreamListener refuse(Stream stream, int status, String line) {
        ServedStream served = new ServedStream(stream, settings, arrival);
        served.observedBy(observers.apply(null));
        served.refuse(status, line);
        return served;
    }

    private void handle(ServedStream served) {
        try {
            handler.handle(served);
        } catch (RuntimeException broken) {
            LOG.error("the handler of {} failed", served, broken);
            served.refuse(500, "internal error");
        }
    }
}
