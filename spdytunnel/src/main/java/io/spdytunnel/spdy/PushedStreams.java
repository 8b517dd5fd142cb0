package io.spdytunnel.spdy;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The streams that were pushed with another one (SPDY/3.1 3.3); few have any. Confined to the session's event loop. */
final class PushedStreams {

    private @Nullable Set<SpdyStream> streams;

    void add(SpdyStream push) {
        if (streams == null) {
            streams = new LinkedHashSet<>();
        }
        streams.add(push);
    }

    void remove(SpdyStream push) {
        if (streams != null) {
            streams.remove(push);
        }
    }

    /** Those there are now, in the order they were pushed. */
    List<SpdyStream> all() {
        return streams == null ? List.of() : List.copyOf(streams);
    }
}
