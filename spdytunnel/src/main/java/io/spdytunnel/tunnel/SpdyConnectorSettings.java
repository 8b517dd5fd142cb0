package io.spdytunnel.tunnel;

import io.netty.util.NetUtil;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.spi.Api;
import java.time.Duration;

/**
 * How to reach a SPDY/3.1 server.
 *
 * @param host name or address; resolved anew on every dial, and verified by TLS
 * @param port from 1 to 65535
 * @param timeout for name lookup, connect and TLS together
 * @param redial how long to wait between failed dials
 * @param session what the session allows; its peer is always a stranger
 */
@Api
public record SpdyConnectorSettings(String host, int port, Duration timeout, Redial redial, SessionSettings session) {

    /**
     * A request waits for the session, so the waits between the first dials are short; later they are like an origin's.
     */
    private static final Redial REDIAL = new Redial(
            Duration.ofMillis(100), Duration.ZERO, Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofMinutes(1));

    /** Ten seconds, and a session with the usual limits. */
    public static SpdyConnectorSettings to(String host, int port) {
        return new SpdyConnectorSettings(host, port, Duration.ofSeconds(10), REDIAL, SessionSettings.DEFAULT);
    }

    /** @throws IllegalArgumentException naming what is out of its limits */
    public SpdyConnectorSettings {
        if (host.isBlank() || port < 1 || port > 65535) {
            throw new IllegalArgumentException(
                    "target " + host + ":" + port + " is not a host and a port from 1 to 65535");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout for connecting is " + timeout + "; it must be positive");
        }
        session = session.withPeer(SessionSettings.Peer.STRANGER);
    }

    public SpdyConnectorSettings withTimeout(Duration other) {
        return new SpdyConnectorSettings(host, port, other, redial, session);
    }

    /** The same, with this longest wait between two dials. */
    public SpdyConnectorSettings withRedialMax(Duration longest) {
        return new SpdyConnectorSettings(host, port, timeout, redial.atMost(longest), session);
    }

    public SpdyConnectorSettings withSession(SessionSettings other) {
        return new SpdyConnectorSettings(host, port, timeout, redial, other);
    }

    /** Host and port as they are written in a URI. */
    String target() {
        return (NetUtil.isValidIpV6Address(host) ? "[" + host + "]" : host) + ":" + port;
    }
}
