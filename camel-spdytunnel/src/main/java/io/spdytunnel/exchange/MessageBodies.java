package io.spdytunnel.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.spdytunnel.http.HttpBody;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Executor;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.apache.camel.WrappedFile;
import org.apache.camel.support.ExchangeHelper;
import org.jspecify.annotations.Nullable;

/** Converts message bodies of any type into bodies that stream. */
public final class MessageBodies {

    private final Executor workers;

    /**
     * Made where they are needed.
     *
     * @param workers threads that read blocking streams
     */
    public MessageBodies(Executor workers) {
        this.workers = workers;
    }

    /**
     * The message's body, to be sent. A body of this project passes unchanged. Streams and files are read while they
     * are sent. Everything else is converted to bytes by Camel's type converters.
     */
    public HttpBody toSend(Message message) {
        Object body = message.getBody();
        HttpBody sent = body == null ? HttpBody.empty() : convert(body, message);
        if (message.getHeader(HeaderNames.TRAILERS) != null) {
            sent.addTrailersAtEnd(() -> trailersOf(message));
        }
        return sent;
    }

    private HttpBody convert(Object body, Message message) {
        if (body instanceof HttpBody streaming) {
            return streaming;
        }
        if (body instanceof WrappedFile<?> wrapped && wrapped.getFile() instanceof File file) {
            return ofFile(file.toPath());
        }
        if (body instanceof File file) {
            return ofFile(file.toPath());
        }
        if (body instanceof Path path) {
            return ofFile(path);
        }
        if (body instanceof StreamCache cache) {
            cache.reset();
            return body instanceof InputStream in
                    ? HttpBody.from(in, cache.length() > 0 ? cache.length() : HttpBody.UNKNOWN_LENGTH, workers)
                    : converted(body, message);
        }
        if (body instanceof InputStream in) {
            return HttpBody.from(in, HttpBody.UNKNOWN_LENGTH, workers);
        }
        if (body instanceof byte[] bytes) {
            return HttpBody.of(Unpooled.wrappedBuffer(bytes));
        }
        if (body instanceof ByteBuf bytes) {
            return HttpBody.of(bytes.retainedDuplicate()); // the route's reference stays the route's
        }
        if (body instanceof ByteBuffer bytes) {
            return HttpBody.of(Unpooled.wrappedBuffer(bytes.duplicate()));
        }
        return converted(body, message);
    }

    private HttpBody converted(Object body, Message message) {
        Exchange exchange = message.getExchange();
        byte[] bytes = exchange.getContext().getTypeConverter().tryConvertTo(byte[].class, exchange, body);
        if (bytes != null) {
            return HttpBody.of(Unpooled.wrappedBuffer(bytes));
        }
        InputStream in = exchange.getContext().getTypeConverter().tryConvertTo(InputStream.class, exchange, body);
        if (in != null) {
            return HttpBody.from(in, HttpBody.UNKNOWN_LENGTH, workers);
        }
        String charset = ExchangeHelper.getCharsetName(exchange);
        return HttpBody.of(Unpooled.copiedBuffer(String.valueOf(body), java.nio.charset.Charset.forName(charset)));
    }

    private HttpBody ofFile(Path file) {
        try {
            return HttpBody.from(Files.newInputStream(file), Files.size(file), workers);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("the body is the file " + file + ", which cannot be read", unreadable);
        }
    }

    private static HttpHeaders trailersOf(Message message) {
        @Nullable Object value = message.getHeader(HeaderNames.TRAILERS);
        if (!(value instanceof Map<?, ?> map)) {
            return EmptyHttpHeaders.INSTANCE;
        }
        HttpHeaders trailers = DefaultHttpHeadersFactory.trailersFactory().newHeaders();
        map.forEach((name, one) -> trailers.add(String.valueOf(name), String.valueOf(one)));
        return trailers;
    }
}
