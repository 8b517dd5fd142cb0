package io.spdytunnel.service;

import io.spdytunnel.spi.Api;

/** Who may be served on one connection to a service, one after the other. */
@Api
public enum ServiceSharing {
    /** All visitors, but for connections that authenticate somebody ({@link ConnectionAuth}). */
    SHARED,
    /** The requests of one visitor's connection. */
    VISITOR
}
