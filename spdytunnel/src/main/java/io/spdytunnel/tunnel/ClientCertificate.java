package io.spdytunnel.tunnel;

import io.spdytunnel.spi.Api;

/** Whether origins show a certificate in TLS. */
@Api
public enum ClientCertificate {
    /** As the TLS settings say; this port does not change them. */
    AS_TLS_SAYS,
    /** Origins may show a certificate; those without one are accepted too. */
    WANTED,
    /** TLS fails without a certificate. */
    NEEDED
}
