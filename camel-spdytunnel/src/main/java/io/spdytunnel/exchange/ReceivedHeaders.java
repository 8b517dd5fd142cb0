package io.spdytunnel.exchange;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a request as received. They can be distinguished from headers that the route has set, even with the
 * same text.
 */
public final class ReceivedHeaders {

    private final String[] names;
    private final Object[] values;

    ReceivedHeaders(Map<String, Object> headers) {
        names = headers.keySet().toArray(new String[0]);
        values = headers.values().toArray();
    }

    /** Whether the header is still the received object under the received name, so that the route has not set it. */
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
