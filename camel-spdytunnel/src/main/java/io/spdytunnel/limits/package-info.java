/**
 * What one origin may be asked for, and which of its instances serves a visitor.
 *
 * <p>Answers for requests per period, requests at once, bytes per second, and sticky choice. Knows the library only.
 *
 * <p>Begin with {@code OriginMeter} and {@code Stickiness}.
 */
@NullMarked
package io.spdytunnel.limits;

import org.jspecify.annotations.NullMarked;
