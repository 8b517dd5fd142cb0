/**
 * HTTP over one stream, in both roles, and the body that streams through every layer above.
 *
 * <p>Answers for requests that are sent down a session ({@code OutgoingCall}), for those that arrive ({@code ServedStream}),
 * for bodies with back-pressure, and for what a failure says ({@code RequestNotSent}, {@code OutcomeUnknown}). Knows
 * {@code session} and {@code fields}, and no transport.
 *
 * <p>Begin with {@link io.spdytunnel.http.HttpCalls}, {@link io.spdytunnel.http.HttpServing} and
 * {@link io.spdytunnel.http.HttpBody}.
 */
@NullMarked
package io.spdytunnel.http;

import org.jspecify.annotations.NullMarked;
