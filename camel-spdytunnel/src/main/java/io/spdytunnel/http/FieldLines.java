package io.spdytunnel.http;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;

/** The field lines of one name (RFC 9110 5.2). */
public final class FieldLines {

    private FieldLines() {}

    /** All values of the name, in order. Most names are not there, and to find that out costs nothing. */
    public static List<String> of(HttpHeaders headers, CharSequence name) {
        return headers.contains(name) ? headers.getAll(name) : List.of();
    }
}
