package io.spdytunnel.tunnel;

import io.spdytunnel.spi.Api;

/** Whether origins show a certificate in TLS. */
@Api
public enum ClientCertificate {
    /** What the TLS settings have, without being told by this port. */
    AS_TLS_SAYS,
    /** They may; who cannot goes on without. */
    WANTED,
    /** TLS fails without one. */
    NEEDED
}
