/**
 * What a tunnel port, a connected session and an origin's registration are made of, by their options.
 *
 * <p>Answers for ports that endpoints share, for who may register there, and for what an origin registers with. A directory
 * that several proxies share would be given to {@code OpenEnds} in place of the component's own. Knows {@code options},
 * {@code engine}, {@code tls}, and the library's {@code reception}, {@code tunnel} and {@code auth}.
 *
 * <p>Begin with {@link io.spdytunnel.ends.OpenEnds} and {@link io.spdytunnel.ends.TunnelPort}.
 */
@NullMarked
package io.spdytunnel.ends;

import org.jspecify.annotations.NullMarked;
