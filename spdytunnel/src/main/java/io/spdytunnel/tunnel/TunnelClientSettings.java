package io.spdytunnel.tunnel;

import io.netty.util.NetUtil;
import io.spdytunnel.directory.OriginName;
import io.spdytunnel.directory.PeerHello;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.spi.Api;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;

/**
 * How an origin dials one proxy, for one connection.
 *
 * @param proxyHost name or address of the proxy; resolved anew on every dial, and verified by TLS
 * @param proxyPort its tunnel port
 * @param originName the name to register
 * @param instance tells this process from others of the same origin
 * @param connection which of this process's connections to that proxy this is, from 1
 * @param credentials what is sent to register
 * @param plainCredentials whether they may be sent in plain text beyond loopback
 * @param trustedPins if not empty, the proxy's key must be one of these (Base64 of SHA-256, RFC 7469), in addition to
 *     TLS's own verification
 * @param dialTimeout for name lookup, connect, TLS and registration together
 * @param maxMessageBytes longest head of the proxy's answer, and longest body
 * @param redial how long to wait between dials
 * @param session what the tunnel's session allows; its {@code peer} is overwritten by what the proxy says it is. With
 *     {@code LEGACY}, a proxy that says nothing is one of amahi/spdy-proxy, and every answer of it is an acceptance
 */
@Api
public record TunnelClientSettings(
        String proxyHost,
        int proxyPort,
        String originName,
        String instance,
        int connection,
        Credentials credentials,
        boolean plainCredentials,
        Set<String> trustedPins,
        Duration dialTimeout,
        int maxMessageBytes,
        Redial redial,
        SessionSettings session) {

    /** One value for the lifetime of this process. */
    private static final String THIS_PROCESS = UUID.randomUUID().toString().substring(0, 13);

    /** The first connection of this process, with a timeout of 10 s and 8 KiB, like the proxy's defaults. */
    public static TunnelClientSettings of(String proxyHost, int proxyPort, String originName, Credentials credentials) {
        return new TunnelClientSettings(
                proxyHost,
                proxyPort,
                originName,
                THIS_PROCESS,
                1,
                credentials,
                false,
                Set.of(),
                Duration.ofSeconds(10),
                8 * 1024,
                Redial.DEFAULT,
                SessionSettings.DEFAULT);
    }

    /** @throws IllegalArgumentException naming what is out of its limits */
    public TunnelClientSettings {
        proxyHost = proxyHost.startsWith("[") && proxyHost.endsWith("]")
                ? proxyHost.substring(1, proxyHost.length() - 1) // IPv6, as URIs write it
                : proxyHost;
        originName = OriginName.require(originName);
        trustedPins = Set.copyOf(trustedPins);
        boolean isHost = !proxyHost.isBlank() && proxyHost.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '/');
        if (!isHost || proxyPort < 1 || proxyPort > 65535) {
            throw new IllegalArgumentException(
                    "proxy " + proxyHost + ":" + proxyPort + " is not a host and a port from 1 to 65535");
        }
        if (!PeerHello.isInstance(instance) || connection < 1 || connection > 999) {
            throw new IllegalArgumentException("instance is '" + instance + "' and connection " + connection
                    + "; the first must be 1 to 64 letters, digits, dots, underscores or dashes, the second 1 to 999");
        }
        if (dialTimeout.isNegative() || dialTimeout.isZero() || maxMessageBytes < 256) {
            throw new IllegalArgumentException("dialTimeout is " + dialTimeout + " and maxMessageBytes "
                    + maxMessageBytes + "; the first must be positive, the second at least 256");
        }
    }

    /** The same settings for another connection of this process to that proxy. */
    public TunnelClientSettings withConnection(int number) {
        return copy(instance, number, plainCredentials, trustedPins, dialTimeout, redial, session);
    }

    public TunnelClientSettings withInstance(String name) {
        return copy(name, connection, plainCredentials, trustedPins, dialTimeout, redial, session);
    }

    public TunnelClientSettings withPlainCredentials(boolean allowed) {
        return copy(instance, connection, allowed, trustedPins, dialTimeout, redial, session);
    }

    public TunnelClientSettings withTrustedPins(Set<String> pins) {
        return copy(instance, connection, plainCredentials, pins, dialTimeout, redial, session);
    }

    public TunnelClientSettings withDialTimeout(Duration timeout) {
        return copy(instance, connection, plainCredentials, trustedPins, timeout, redial, session);
    }

    public TunnelClientSettings withRedial(Redial pace) {
        return copy(instance, connection, plainCredentials, trustedPins, dialTimeout, pace, session);
    }

    public TunnelClientSettings withSession(SessionSettings settings) {
        return copy(instance, connection, plainCredentials, trustedPins, dialTimeout, redial, settings);
    }

    private TunnelClientSettings copy(
            String newInstance,
            int newConnection,
            boolean newPlain,
            Set<String> newPins,
            Duration newTimeout,
            Redial newRedial,
            SessionSettings newSession) {
        return new TunnelClientSettings(
                proxyHost,
                proxyPort,
                originName,
                newInstance,
                newConnection,
                credentials,
                newPlain,
                newPins,
                newTimeout,
                maxMessageBytes,
                newRedial,
                newSession);
    }

    /** Host and port as they are written in a URI. */
    String proxy() {
        return (NetUtil.isValidIpV6Address(proxyHost) ? "[" + proxyHost + "]" : proxyHost) + ":" + proxyPort;
    }
}
