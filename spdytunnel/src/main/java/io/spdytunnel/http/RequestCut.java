package io.spdytunnel.http;

import java.io.IOException;

/** A request ended before its answer was complete, and it is known who ended it. Has no stack trace. */
public final class RequestCut extends IOException {

    private static final long serialVersionUID = 1L;

    /** Who or what ended it. */
    public enum By {
        /** The visitor left, or sent something invalid. */
        VISITOR,
        /** A timeout: a body moved no byte for too long. */
        CLOCK,
        /** This end, because it closes its connections. */
        THIS_END
    }

    private final By by;

    public RequestCut(By by, String why) {
        super(why);
        this.by = by;
    }

    /** The visitor closed the connection. */
    public static RequestCut byVisitor() {
        return new RequestCut(By.VISITOR, "the visitor left");
    }

    /** This end closed the connection. */
    public static RequestCut byThisEnd() {
        return new RequestCut(By.THIS_END, "the connection was closed");
    }

    public By by() {
        return by;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
