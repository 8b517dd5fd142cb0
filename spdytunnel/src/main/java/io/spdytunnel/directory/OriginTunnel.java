package io.spdytunnel.directory;

import io.spdytunnel.session.Session;
import io.spdytunnel.spi.Api;
import io.spdytunnel.spi.Identity;
import java.net.InetSocketAddress;
import java.time.Instant;

/** One registered connection of an origin, as the directory holds it. Equal only to itself. */
@Api
public final class OriginTunnel {

    private final String name;
    private final Identity identity;
    private final PeerHello hello;
    private final InetSocketAddress remoteAddress;
    private final Session session;
    private final Instant since;

    public OriginTunnel(
            String name,
            Identity identity,
            PeerHello hello,
            InetSocketAddress remoteAddress,
            Session session,
            Instant since) {
        this.name = name;
        this.identity = identity;
        this.hello = hello;
        this.remoteAddress = remoteAddress;
        this.session = session;
        this.since = since;
    }

    public String name() {
        return name;
    }

    /** The origin's identity, from the authenticator. */
    public Identity identity() {
        return identity;
    }

    /** Which process of the origin; empty if it did not say. */
    public String instance() {
        return hello.instance();
    }

    /** Which connection of that process, from 1; 0 if it did not say. */
    public int connection() {
        return hello.connection();
    }

    public InetSocketAddress remoteAddress() {
        return remoteAddress;
    }

    public Session session() {
        return session;
    }

    public Instant since() {
        return since;
    }

    PeerHello hello() {
        return hello;
    }

    /** Whether this is that connection of that process. A foreign implementation has only one connection. */
    boolean isConnection(PeerHello other) {
        return instance().equals(other.instance()) && connection() == other.connection();
    }
}
