/**
 * What everything of one component runs on: event loops, workers, memory budget, and files that are read again.
 *
 * <p>Knows {@code tls}. Begin with {@link io.spdytunnel.engine.TunnelEngine}.
 */
@NullMarked
package io.spdytunnel.engine;

import org.jspecify.annotations.NullMarked;
