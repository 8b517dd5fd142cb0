/**
 * What an origin's route does with a request beyond its steps.
 *
 * <p>Answers for {@code forwardTo} and {@code connectTo}, and for WebSockets whose messages are exchanges. Knows
 * {@code exchange}, {@code engine}, and the library's {@code service}, {@code h2} and {@code websocket}.
 *
 * <p>Begin with {@link io.spdytunnel.origin.OriginSide} and {@link io.spdytunnel.origin.ForwardOut}.
 */
@NullMarked
package io.spdytunnel.origin;

import org.jspecify.annotations.NullMarked;
