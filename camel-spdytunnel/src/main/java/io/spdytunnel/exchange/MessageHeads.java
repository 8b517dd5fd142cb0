package io.spdytunnel.exchange;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.options.HostPort;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.support.ObjectHelper;
import org.apache.camel.util.UnsafeUriCharactersEncoder;
import org.jspecify.annotations.Nullable;

/** Converts heads of HTTP messages into message headers and back: Camel's usual names, values as sent. */
public final class MessageHeads {

    private MessageHeads() {}

    // ---- to messages

    /** Adds the headers as received; a name with several values gets a list. */
    public static void addHeaders(
            HttpHeaders headers, Exchange exchange, HeaderFilterStrategy filter, Map<String, Object> into) {
        Iterator<Map.Entry<CharSequence, CharSequence>> fields = headers.iteratorCharSequence();
        while (fields.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = fields.next();
            String name = field.getKey().toString();
            String value = field.getValue().toString();
            if (!filter.applyFilterToExternalHeaders(name, value, exchange)) {
                into.merge(name, value, MessageHeads::several);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static Object several(Object before, Object more) {
        List<Object> values =
                before instanceof ArrayList<?> list ? (List<Object>) list : new ArrayList<>(List.of(before));
        values.add(more);
        return values;
    }

    // ---- from messages

    /** The request that a message describes, by the headers that Camel's HTTP components share. */
    public static HttpRequest toRequest(Message message, HeaderFilterStrategy filter, HttpBody body) {
        HttpMethod method = methodOf(message, body);
        String target = method.equals(HttpMethod.CONNECT) ? connectTarget(message) : targetOf(message);
        HttpRequest request =
                new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, target, headersOf(message, filter, null));
        frame(request.headers(), body, message.getBody() == body);
        if (body.isEmpty() && expectsBody(method)) {
            request.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
        }
        return request;
    }

    private static boolean expectsBody(HttpMethod method) {
        return method.equals(HttpMethod.POST) || method.equals(HttpMethod.PUT) || method.equals(HttpMethod.PATCH);
    }

    private static HttpMethod methodOf(Message message, HttpBody body) {
        @Nullable String method = message.getHeader(Exchange.HTTP_METHOD, String.class);
        if (method != null && !method.isBlank()) {
            return HttpMethod.valueOf(method.trim());
        }
        return body.isEmpty() ? HttpMethod.GET : HttpMethod.POST;
    }

    /** @throws IllegalArgumentException if no header has a target of the form host:port */
    private static String connectTarget(Message message) {
        @Nullable String target = message.getHeader(HeaderNames.CONNECT_TO, String.class);
        return HostPort.parse(HeaderNames.CONNECT_TO, target == null ? "" : target)
                .toString();
    }

    /**
     * Path and query as received. Only values that the route has set are escaped, if they have a space or other unsafe
     * bytes.
     */
    private static String targetOf(Message message) {
        @Nullable String path = message.getHeader(Exchange.HTTP_PATH, String.class);
        @Nullable String query = message.getHeader(Exchange.HTTP_RAW_QUERY, String.class);
        if (query == null) {
            query = message.getHeader(Exchange.HTTP_QUERY, String.class);
        }
        String target = path == null ? "/" : path;
        if (!target.startsWith("/") && !target.equals("*")) {
            target = "/" + target;
        }
        return escaped(query == null || query.isEmpty() ? target : target + "?" + query);
    }

    private static String escaped(String target) {
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c == 0x7F || c > 0xFF) {
                return UnsafeUriCharactersEncoder.encodeHttpURI(target);
            }
        }
        return target;
    }

    /** The reply that a message describes. */
    public static HttpResponse toResponse(
            Message message, HeaderFilterStrategy filter, HttpBody body, ReceivedHeaders requestHeaders) {
        @Nullable Integer code = message.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        @Nullable String text = message.getHeader(Exchange.HTTP_RESPONSE_TEXT, String.class);
        int status = code != null ? code : message.getBody() == null ? 204 : 200;
        HttpResponseStatus known = HttpResponseStatus.valueOf(status);
        HttpResponse response = new DefaultHttpResponse(
                HttpVersion.HTTP_1_1,
                text == null || text.equals(known.reasonPhrase()) ? known : new HttpResponseStatus(status, text),
                headersOf(message, filter, requestHeaders));
        frame(response.headers(), body, message.getBody() == body || body.isEmpty());
        return response;
    }

    /** @param except headers that are left out, unless the route has set them again */
    private static HttpHeaders headersOf(
            Message message, HeaderFilterStrategy filter, @Nullable ReceivedHeaders except) {
        HttpHeaders headers = new DefaultHttpHeaders();
        Exchange exchange = message.getExchange();
        for (Map.Entry<String, Object> header : message.getHeaders().entrySet()) {
            String name = header.getKey();
            Object value = header.getValue();
            boolean fromRequest = except != null && value != null && except.holds(name, value);
            if (!fromRequest && !filter.applyFilterToCamelHeaders(name, value, exchange)) {
                addValues(headers, name, value, exchange);
            }
        }
        return headers;
    }

    private static void addValues(HttpHeaders headers, String name, Object value, Exchange exchange) {
        if (value instanceof String one) {
            headers.add(name, bytesAsChars(one));
            return;
        }
        // not split at commas: a value is a value
        Iterator<?> values = ObjectHelper.createIterator(value, null);
        while (values.hasNext()) {
            String one = exchange.getContext().getTypeConverter().convertTo(String.class, exchange, values.next());
            if (one != null) {
                headers.add(name, bytesAsChars(one));
            }
        }
    }

    /** One char is one byte on the wire. If a route has set characters beyond Latin-1, the value is sent as UTF-8. */
    private static String bytesAsChars(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) > 0xFF) {
                return new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            }
        }
        return value;
    }

    /** Content-Length is correct or absent: a route may have replaced the body. */
    private static void frame(HttpHeaders headers, HttpBody body, boolean sameBody) {
        if (body.length() >= 0 && !body.isEmpty()) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, body.length());
        } else if (!sameBody) {
            headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        }
    }
}
