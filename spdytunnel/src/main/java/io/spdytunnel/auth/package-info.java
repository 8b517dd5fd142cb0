/**
 * Who an origin is and how it shows that: tokens, passwords, certificates and signed keys, with the files they are listed
 * in. Above {@code tunnel}, which asks an {@code Authenticator} and knows none of these.
 */
@NullMarked
package io.spdytunnel.auth;

import org.jspecify.annotations.NullMarked;
