/** Streams, windows, scheduling and the life of one SPDY session. Knows no HTTP, no TLS and no Camel. */
@NullMarked
package io.spdytunnel.session;

import org.jspecify.annotations.NullMarked;
