package io.spdytunnel.front;

import io.spdytunnel.spi.Api;

/** What a visitor's connection may speak, the one that is taken first where the visitor offers several. */
@Api
public enum VisitorProtocol {
    /** HTTP/2 (RFC 9113); in plain TCP, with prior knowledge, told by its preface. Never by Upgrade. */
    HTTP_2("h2"),
    /** Many requests on one connection; in plain TCP told by its first byte, see {@link ProtocolChoice}. */
    SPDY_3_1("spdy/3.1"),
    /** HTTP/1.1 and HTTP/1.0. */
    HTTP_1_1("http/1.1");

    private final String alpn;

    VisitorProtocol(String alpn) {
        this.alpn = alpn;
    }

    /** Its name in ALPN (RFC 7301). */
    public String alpn() {
        return alpn;
    }

    /** The protocol of that name. @throws IllegalArgumentException if none has it */
    public static VisitorProtocol ofAlpn(String name) {
        for (VisitorProtocol protocol : values()) {
            if (protocol.alpn.equals(name)) {
                return protocol;
            }
        }
        throw new IllegalArgumentException(
                "protocol \"" + name + "\" is not offered to visitors; known are h2, spdy/3.1 and http/1.1");
    }
}
