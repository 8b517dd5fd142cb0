/** The origin of a tunnel, as a program: see {@code camel/origin.camel.yaml} for its route. */
@NullMarked
package io.spdytunnel.examples.origin;

import org.jspecify.annotations.NullMarked;
