package io.spdytunnel.exchange;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The headers a request came with, to be told from those that its route has set, also if it has set the same text. */
public final class ReceivedHeaders {

    private final String[] names;
    private final Object[] values;

    ReceivedHeaders(Map<String, Object> headers) {
        names = headers.keySet().toArray(new String[0]);
        values = headers.values().toArray();
    }

    /** Whether the header still is the very object that came, under the name that came: nobody has set it anew. */
    @SuppressWarnings("ReferenceEquality")
    boolean holds(String name, @Nullable Object value) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] == value && names[i].equals(name)) {
                return true;
            }
        }
        return false;
    }
}
