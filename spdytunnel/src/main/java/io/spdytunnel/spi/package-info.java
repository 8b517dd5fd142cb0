/**
 * What users may implement, and the types that such code meets.
 *
 * <p>A leaf: it imports nothing else of this project, no Netty and no Camel.
 *
 * <p>Begin with {@link io.spdytunnel.spi.Authenticator}.
 */
@NullMarked
package io.spdytunnel.spi;

import org.jspecify.annotations.NullMarked;
