/**
 * Requests become exchanges, and what became of those becomes answers.
 *
 * <p>Answers for headers, bodies, raw bytes and pushes of messages, for the thread on which a route runs
 * ({@code NonBlockingRoute}), and for the end of the unit of work. The two ends, origin and front door, differ in one
 * interface, {@code RequestExchanges.Side}. Knows {@code http} and {@code fields}.
 *
 * <p>Begin with {@link io.spdytunnel.exchange.RequestExchanges}, then {@code ExchangeAnswers}.
 */
@NullMarked
package io.spdytunnel.exchange;

import org.jspecify.annotations.NullMarked;
