package io.spdytunnel.http;

import java.io.IOException;

/** A request ended before its answer was complete, and it is known by whom. Carries no stack trace. */
public final class RequestCut extends IOException {

    private static final long serialVersionUID = 1L;

    /** Whose doing it was. */
    public enum By {
        /** The visitor left, or sent what cannot be taken. */
        VISITOR,
        /** The clock: a body stood still for too long. */
        CLOCK,
        /** This end, which closes its connections. */
        THIS_END
    }

    private final By by;

    public RequestCut(By by, String why) {
        super(why);
        this.by = by;
    }

    /** The visitor hung up. */
    public static RequestCut byVisitor() {
        return new RequestCut(By.VISITOR, "the visitor left");
    }

    /** Its connection was closed here, for whatever reason. */
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
