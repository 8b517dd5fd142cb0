/**
 * One exchange on its way down a tunnel.
 *
 * <p>Answers for the wait for a session, for the one safe resend, for the reply's message, for failures as replies (what a
 * 502 says is in {@code ReplyMessages} and in the {@code TunnelFailure} itself), and for pushes on their way to the visitor.
 * Knows {@code exchange} and {@code limits}.
 *
 * <p>Begin with {@link io.spdytunnel.call.ProducerCall}.
 */
@NullMarked
package io.spdytunnel.call;

import org.jspecify.annotations.NullMarked;
