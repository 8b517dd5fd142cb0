package io.spdytunnel.session;

/** The role of this end in a session's protocol (SPDY/3.1 1.2 and RFC 9113 say client and server). */
public enum Role {
    /** Opens streams with odd ids: the proxy. */
    INITIATOR,
    /** Accepts them: the origin. */
    RESPONDER
}
