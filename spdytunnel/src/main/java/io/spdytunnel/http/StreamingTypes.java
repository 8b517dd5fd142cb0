package io.spdytunnel.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.spdytunnel.spi.Api;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Content types whose bodies may be silent without limit, because in them silence only means that nothing has happened:
 * events, gRPC calls, watches, logs, camera pictures.
 *
 * @param types in lower case, without parameters; a type that ends with {@code *} means all types with that beginning
 */
@Api
public record StreamingTypes(List<String> types) {

    /** As options write it. */
    public static final String DEFAULT_TEXT = "text/event-stream,application/grpc*,application/x-ndjson,"
            + "application/json-seq,multipart/x-mixed-replace";

    public static final StreamingTypes DEFAULT = parse(DEFAULT_TEXT);

    public StreamingTypes {
        types = List.copyOf(types);
    }

    /**
     * Reads types that are separated by comma; the empty text has none.
     *
     * @throws IllegalArgumentException if a value is not a type
     */
    public static StreamingTypes parse(String text) {
        List<String> types = new ArrayList<>();
        for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
            String type = part.trim().toLowerCase(Locale.ROOT);
            int slash = type.indexOf('/');
            int star = type.indexOf('*');
            if (slash <= 0 || (star >= 0 && star < type.length() - 1) || type.indexOf(';') >= 0) {
                throw new IllegalArgumentException("streamingTypes: \"" + part.trim()
                        + "\" is not a content type such as text/event-stream or application/grpc*");
            }
            types.add(type);
        }
        return new StreamingTypes(types);
    }

    /** Whether this head's content type is one of these types. */
    public boolean has(HttpHeaders head) {
        String value = head.get(HttpHeaderNames.CONTENT_TYPE);
        if (value == null) {
            return false;
        }
        int end = value.indexOf(';');
        String type = (end < 0 ? value : value.substring(0, end)).trim();
        for (String known : types) {
            int prefix = known.length() - 1;
            boolean matches = known.charAt(prefix) == '*'
                    ? type.regionMatches(true, 0, known, 0, prefix)
                    : type.equalsIgnoreCase(known);
            if (matches) {
                return true;
            }
        }
        return false;
    }
}
