package io.spdytunnel.service;

/** Who may be served on one connection to a service, one after the other. */
public enum ServiceSharing {
    /** All visitors, but for connections that authenticate somebody ({@link ConnectionAuth}). */
    SHARED,
    /** The requests of one visitor's connection. */
    VISITOR
}
