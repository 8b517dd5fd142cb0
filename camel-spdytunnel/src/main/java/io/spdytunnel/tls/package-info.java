/**
 * TLS of every port and every dialling end: which library, which keys, which protocols, and when stores are read again.
 *
 * <p>Answers for {@code SSLContextParameters} as engines of the JDK or of OpenSSL, for SNI, and for renewed files. Knows the
 * library's {@code tunnel} package, whose {@code TlsEngines} it implements.
 *
 * <p>Begin with {@code TlsLibrary} and {@code TunnelTlsContexts}.
 */
@NullMarked
package io.spdytunnel.tls;

import org.jspecify.annotations.NullMarked;
