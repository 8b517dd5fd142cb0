/** Bringing a tunnel up and keeping it up: dial, accept, authenticate, directory, redial. Knows no HTTP beyond the registration. */
@NullMarked
package io.spdytunnel.tunnel;

import org.jspecify.annotations.NullMarked;
