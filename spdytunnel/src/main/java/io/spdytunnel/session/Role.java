package io.spdytunnel.session;

/** Which part of a session's protocol this end plays (SPDY/3.1 1.2 and RFC 9113 call them client and server). */
public enum Role {
    /** Opens streams with odd ids: the proxy. */
    INITIATOR,
    /** Accepts them: the origin. */
    RESPONDER
}
