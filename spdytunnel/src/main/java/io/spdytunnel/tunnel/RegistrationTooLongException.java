package io.spdytunnel.tunnel;

import io.netty.handler.codec.TooLongFrameException;

/** The message before SPDY is longer than the registration allows. Has no stack trace. */
public final class RegistrationTooLongException extends TooLongFrameException {

    private static final long serialVersionUID = 1L;

    private final boolean inHead;

    RegistrationTooLongException(boolean inHead, int limitBytes) {
        super("the " + (inHead ? "head" : "body") + " is longer than " + limitBytes + " bytes");
        this.inHead = inHead;
    }

    public boolean isInHead() {
        return inHead;
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public Throwable fillInStackTrace() {
        return this;
    }
}
