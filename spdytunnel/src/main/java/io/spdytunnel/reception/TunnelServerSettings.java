package io.spdytunnel.reception;

import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.spi.Api;
import io.spdytunnel.tunnel.ClientCertificate;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How the tunnel port receives origins.
 *
 * @param host address to bind, {@code 0.0.0.0} for all
 * @param port port to bind; 0 takes a free one
 * @param registrationTimeout for TLS, request and authenticator together, from the moment the connection is accepted
 * @param maxMessageBytes longest head of a registration, and longest body
 * @param maxUnregistered connections that may be registering; if there are more, the oldest one of the address with
 *     most is closed
 * @param maxUnregisteredPerAddress the same for one address (IPv6: /64)
 * @param failuresPerMinute registrations of one address that may fail in a minute before it gets 429; 0 for no limit
 * @param plainCredentials whether credentials are accepted in plain text from beyond loopback
 * @param clientCertificate whether origins show a certificate
 * @param publicUrl gives the URL at which visitors find the origin of a name, or null. The origin is told it when it
 *     registers. Called on event loops, must not block
 * @param legacyOrigins the origins of amahi/spdy-proxy that are accepted; null for none
 * @param session what each tunnel's session allows; its {@code peer} is overwritten by what the origin says it is
 */
@Api
public record TunnelServerSettings(
        String host,
        int port,
        Duration registrationTimeout,
        int maxMessageBytes,
        int maxUnregistered,
        int maxUnregisteredPerAddress,
        int failuresPerMinute,
        boolean plainCredentials,
        ClientCertificate clientCertificate,
        Function<String, @Nullable String> publicUrl,
        @Nullable LegacyOrigins legacyOrigins,
        SessionSettings session) {

    /**
     * Default settings: 10 s and 8 KiB are enough for any honest origin; 1000 and 64 connections limit what attackers
     * can hold.
     */
    public static TunnelServerSettings at(String host, int port) {
        return new TunnelServerSettings(
                host,
                port,
                Duration.ofSeconds(10),
                8 * 1024,
                1000,
                64,
                10,
                false,
                ClientCertificate.AS_TLS_SAYS,
                name -> null,
                null,
                SessionSettings.DEFAULT);
    }

    /** @throws IllegalArgumentException naming what is out of its limits */
    public TunnelServerSettings {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("listen port " + port + " is not from 0 to 65535");
        }
        if (registrationTimeout.isNegative() || registrationTimeout.isZero()) {
            throw new IllegalArgumentException(
                    "registrationTimeout is " + registrationTimeout + "; it must be positive");
        }
        if (maxMessageBytes < 256 || maxMessageBytes > 1024 * 1024) {
            throw new IllegalArgumentException(
                    "maxMessageBytes is " + maxMessageBytes + "; it must be from 256 bytes to 1 MiB");
        }
        if (maxUnregistered < 1 || maxUnregisteredPerAddress < 1) {
            throw new IllegalArgumentException("maxUnregistered is " + maxUnregistered
                    + " and maxUnregisteredPerAddress " + maxUnregisteredPerAddress + "; both must be at least 1");
        }
        if (failuresPerMinute < 0) {
            throw new IllegalArgumentException(
                    "failuresPerMinute is " + failuresPerMinute + "; it may not be negative");
        }
    }

    public TunnelServerSettings withPlainCredentials(boolean allowed) {
        return copy(allowed, clientCertificate, publicUrl, legacyOrigins, session);
    }

    public TunnelServerSettings withClientCertificate(ClientCertificate wanted) {
        return copy(plainCredentials, wanted, publicUrl, legacyOrigins, session);
    }

    public TunnelServerSettings withPublicUrl(Function<String, @Nullable String> urlOfName) {
        return copy(plainCredentials, clientCertificate, urlOfName, legacyOrigins, session);
    }

    public TunnelServerSettings withSession(SessionSettings settings) {
        return copy(plainCredentials, clientCertificate, publicUrl, legacyOrigins, settings);
    }

    public TunnelServerSettings withLegacyOrigins(LegacyOrigins origins) {
        return copy(plainCredentials, clientCertificate, publicUrl, origins, session);
    }

    private TunnelServerSettings copy(
            boolean newPlain,
            ClientCertificate newCertificate,
            Function<String, @Nullable String> newUrl,
            @Nullable LegacyOrigins newLegacy,
            SessionSettings newSession) {
        return new TunnelServerSettings(
                host,
                port,
                registrationTimeout,
                maxMessageBytes,
                maxUnregistered,
                maxUnregisteredPerAddress,
                failuresPerMinute,
                newPlain,
                newCertificate,
                newUrl,
                newLegacy,
                newSession);
    }
}
