package io.spdytunnel.front;

import io.spdytunnel.http.HttpHandler;

/**
 * What all visitors of one server share.
 *
 * @param handler answers their requests
 * @param secure whether they come over TLS
 */
record VisitorService(
        VisitorServerSettings settings,
        HttpHandler handler,
        VisitorConnections connections,
        AbortLimit aborts,
        boolean secure) {}
