/**
 * Addresses: ranges of them, whose limits they count for, and their look-up by name.
 *
 * <p>Knows nothing else of this project.
 *
 * <p>Begin with {@link io.spdytunnel.net.AddressRanges}.
 */
@NullMarked
package io.spdytunnel.net;

import org.jspecify.annotations.NullMarked;
