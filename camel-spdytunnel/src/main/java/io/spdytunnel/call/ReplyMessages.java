package io.spdytunnel.call;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.spdytunnel.exchange.HeaderNames;
import io.spdytunnel.exchange.MessageHeads;
import io.spdytunnel.exchange.RawExchanges;
import io.spdytunnel.exchange.RequestExchanges;
import io.spdytunnel.http.BodyCollector;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.OutcomeUnknown;
import io.spdytunnel.http.TunnelFailure;
import io.spdytunnel.options.EndpointOptions;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.apache.camel.component.netty.http.NettyHttpEndpoint;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.util.ObjectHelper;
import org.jspecify.annotations.Nullable;

/** Makes the producer's reply: the origin's answer, or the failure. */
public final class ReplyMessages {

    private static final FailureLog FAILURES = new FailureLog();

    private final String origin;
    private final EndpointOptions configuration;
    private final HeaderFilterStrategy filter;

    private final Executor workers;

    /**
     * Of one endpoint.
     *
     * @param origin the origin's name in the endpoint's URI, for the log
     */
    public ReplyMessages(String origin, EndpointOptions configuration, HeaderFilterStrategy filter, Executor workers) {
        this.origin = origin;
        this.configuration = configuration;
        this.filter = filter;
        this.workers = workers;
    }

    /** Puts the answer into the exchange, on a worker; {@code then} is run when the route can go on. */
    void replied(Exchange exchange, HttpResponse head, HttpBody body, Runnable then) {
        if (isBehindPlainNettyHttp(exchange)) {
            collect(exchange, head, body, then);
            return;
        }
        try {
            Message message = toMessage(exchange, head);
            if (!body.isEmpty() && configuration.isStreaming()) {
                exchange.getExchangeExtension().setStreamCacheDisabled(true);
                message.setBody(body);
            } else if (!body.isEmpty()) {
                message.setBody(
                        exchange.getContext().getTypeConverter().mandatoryConvertTo(StreamCache.class, exchange, body));
            }
        } catch (Exception broken) {
            body.abandon("the reply cannot be made");
            IOException cut = ObjectHelper.getException(IOException.class, broken);
            failed(
                    exchange,
                    cut == null ? broken : new OutcomeUnknown(502, "the answer is incomplete: " + cut.getMessage()));
        }
        then.run();
    }

    /** Puts the head of an answer that grants raw bytes into the exchange; the bytes go past the route. */
    void granted(Exchange exchange, HttpResponse head, HttpBody body) {
        toMessage(exchange, head);
        RawExchanges.keep(exchange, body);
    }

    /**
     * Sets the failure as the exchange's exception, or makes a reply of it, depending on the option
     * throwExceptionOnFailure.
     */
    public void failed(Exchange exchange, Throwable failure) {
        if (configuration.isThrowExceptionOnFailure() || !(failure instanceof TunnelFailure tunnel)) {
            exchange.setException(failure);
            return;
        }
        FAILURES.replied(origin, tunnel);
        Message message = emptied(exchange);
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, tunnel.status());
        message.setHeader(Exchange.CONTENT_TYPE, "text/plain; charset=utf-8");
        if (tunnel.retryAfter() != null) {
            message.setHeader("Retry-After", Math.max(1, tunnel.retryAfter().toSeconds()));
        }
        message.setBody(tunnel.forVisitor() + "\n");
    }

    private Message toMessage(Exchange exchange, HttpResponse head) {
        Message message = emptied(exchange);
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, head.status().code());
        message.setHeader(Exchange.HTTP_RESPONSE_TEXT, head.status().reasonPhrase());
        MessageHeads.addHeaders(head.headers(), exchange, filter, message.getHeaders());
        return message;
    }

    /** The message without the request's headers and body: a reply's headers replace the request's. */
    private Message emptied(Exchange exchange) {
        Message message = exchange.getMessage();
        message.setBody(null);
        message.getHeaders().entrySet().removeIf(header -> !isCamels(header.getKey(), header.getValue(), exchange));
        message.removeHeader("Connection");
        message.removeHeader("Transfer-Encoding");
        message.removeHeader(HeaderNames.TRAILERS);
        return message;
    }

    private boolean isCamels(String name, @Nullable Object value, Exchange exchange) {
        return filter.applyFilterToCamelHeaders(name, value == null ? "" : value, exchange);
    }

    // ---- netty-http without the front door

    /**
     * A netty-http consumer without the front door would read streams on its event loop, so it must be given bytes.
     */
    private static boolean isBehindPlainNettyHttp(Exchange exchange) {
        return exchange.getFromEndpoint() instanceof NettyHttpEndpoint
                && exchange.getProperty(RequestExchanges.REQUEST_PROPERTY) == null;
    }

    private void collect(Exchange exchange, HttpResponse head, HttpBody body, Runnable then) {
        int limit = configuration.getBufferedReplyLimit();
        var unused = BodyCollector.collect(body, limit)
                .whenCompleteAsync(
                        (bytes, broken) -> {
                            if (broken != null) {
                                failed(exchange, notCollected(broken, limit));
                            } else {
                                setCollected(toMessage(exchange, head), bytes);
                            }
                            then.run();
                        },
                        workers);
    }

    private static void setCollected(Message message, ByteBuf bytes) {
        byte[] array = new byte[bytes.readableBytes()];
        bytes.readBytes(array);
        bytes.release();
        if (array.length > 0) {
            message.setHeader(HttpHeaderNames.CONTENT_LENGTH.toString(), array.length);
        }
        message.setBody(array);
    }

    private static TunnelFailure notCollected(Throwable broken, int limit) {
        Throwable cause =
                broken instanceof CompletionException && broken.getCause() != null ? broken.getCause() : broken;
        if (cause instanceof BodyCollector.TooLong) {
            return new OutcomeUnknown(
                    502,
                    "the reply is longer than " + limit + " bytes (bufferedReplyLimit), and plain netty-http cannot"
                            + " stream it; add nettySharedHttpServer=#class:io.spdytunnel.FrontDoor to the route's from");
        }
        return new OutcomeUnknown(502, "the answer is incomplete: " + cause.getMessage());
    }
}
