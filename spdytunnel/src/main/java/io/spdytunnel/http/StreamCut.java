package io.spdytunnel.http;

import io.spdytunnel.session.StreamEnd;
import java.io.IOException;

/** The stream of a request ended before its answer was complete. Has no stack trace. */
public final class StreamCut extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient StreamEnd end;

    StreamCut(StreamEnd end) {
        super(end.reason());
        this.end = end;
    }

    /** Who or what ended it. */
    public StreamEnd.Cause by() {
        return end.cause();
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
