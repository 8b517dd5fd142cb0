/**
 * The tunnel port: accepts origins and registers them.
 *
 * <p>Answers for the proxy's half of the registration, for limits on connections that have not registered, and for origins
 * of amahi/spdy-proxy. Knows {@code tunnel}, {@code directory} and {@code spi}.
 *
 * <p>Begin with {@link io.spdytunnel.reception.TunnelServer}, then {@code ReceptionDesk}.
 */
@NullMarked
package io.spdytunnel.reception;

import org.jspecify.annotations.NullMarked;
