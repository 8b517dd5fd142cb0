/**
 * Which origins are here, and which sessions lead to them.
 *
 * <p>Answers for names, for take-over and sharing of a name, for the choice of a session, and for requests that wait for an
 * origin or for a free stream. A directory that several proxies share would be one more
 * {@link io.spdytunnel.directory.SessionSource}. Knows {@code session} and {@code spi}.
 *
 * <p>Begin with {@link io.spdytunnel.directory.OriginDirectory}.
 */
@NullMarked
package io.spdytunnel.directory;

import org.jspecify.annotations.NullMarked;
