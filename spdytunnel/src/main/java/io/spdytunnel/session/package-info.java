/**
 * What a session is for the layers above, whichever protocol carries it.
 *
 * <p>Answers for the interfaces of sessions and streams, their settings and limits, the memory budget, and the receive
 * window that is lent from it. Knows {@code wire} for header blocks and frame limits; knows no HTTP, no TLS and no Camel.
 * Two packages implement it, {@code spdy} and {@code h2}; a further wire would be a third.
 *
 * <p>Begin with {@link io.spdytunnel.session.Session} and {@link io.spdytunnel.session.Stream}.
 */
@NullMarked
package io.spdytunnel.session;

import org.jspecify.annotations.NullMarked;
