package io.spdytunnel.fields;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.Iterator;
import java.util.List;

/** The field lines of one name (RFC 9110 5.2). */
public final class FieldLines {

    private FieldLines() {}

    /** All values of the name, in order. Optimised for names that occur never or once. */
    public static List<String> of(HttpHeaders headers, CharSequence name) {
        if (!headers.contains(name)) {
            return List.of();
        }
        Iterator<String> lines = headers.valueStringIterator(name);
        String first = lines.next();
        return lines.hasNext() ? headers.getAll(name) : List.of(first);
    }
}
