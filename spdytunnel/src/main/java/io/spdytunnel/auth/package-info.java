/**
 * Who an origin is and how it proves that: tokens, passwords, certificates and signed keys, and the files that list them.
 *
 * <p>Answers for the {@link io.spdytunnel.spi.Authenticator}s that come with this project, and for the origin's answer to a
 * challenge. Only this package knows jose4j. Knows {@code tunnel} and {@code spi}.
 *
 * <p>Begin with {@link io.spdytunnel.auth.BearerTokens}, the simplest of them.
 */
@NullMarked
package io.spdytunnel.auth;

import org.jspecify.annotations.NullMarked;
