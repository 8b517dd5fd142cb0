/** The proxy of a tunnel, as a program: see {@code camel/proxy.camel.yaml} for its route. */
@NullMarked
package io.spdytunnel.examples.proxy;

import org.jspecify.annotations.NullMarked;
