package io.spdytunnel.reception;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.spdytunnel.directory.OriginDirectory;
import io.spdytunnel.directory.OriginName;
import io.spdytunnel.directory.PeerHello;
import io.spdytunnel.net.AddressKey;
import io.spdytunnel.session.Session;
import io.spdytunnel.spi.Authenticator;
import io.spdytunnel.spi.Verdict;
import io.spdytunnel.tunnel.SessionStarter;
import io.spdytunnel.tunnel.TunnelObserver;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What all connections of a tunnel port share while they register.
 *
 * @param started gets every session, before it is in the directory
 * @param legacy admits origins of amahi/spdy-proxy; null if the port accepts none
 */
record ReceptionDesk(
        TunnelServerSettings settings,
        Authenticator authenticator,
        OriginDirectory directory,
        UnregisteredConnections unregistered,
        FailedRegistrations failures,
        SessionStarter sessions,
        TunnelObserver observer,
        Clock clock,
        Consumer<Session> started,
        @Nullable LegacyReception legacy) {

    /** What is wrong with a request, without regard to its sender; null if nothing is. */
    Verdict.@Nullable Refused objection(HttpRequest request, InetSocketAddress remote, boolean secure) {
        Throwable malformed = request.decoderResult().cause();
        if (malformed != null) {
            return malformed instanceof TooLongFrameException
                    ? refused(431, "the head is longer than " + settings.maxMessageBytes() + " bytes")
                    : refused(400, "this is not an HTTP/1.1 request");
        }
        Duration penalty = failures.penalty(AddressKey.of(remote.getAddress()));
        if (!penalty.isZero()) {
            return new Verdict.Refused(429, "too many registrations from this address have failed", null, penalty);
        }
        if (!request.method().equals(HttpMethod.PUT)) {
            return refused(405, "an origin registers with PUT /{name}; this is a tunnel port, not a web server");
        }
        if (nameOf(request) == null && legacyName(request, remote) == null) {
            return refused(
                    400,
                    "the path must be / and the origin's name: 1 to 253 letters, digits, dots and dashes,"
                            + " with a letter or digit at both ends");
        }
        boolean wouldLeak =
                !secure && !settings.plainCredentials() && !remote.getAddress().isLoopbackAddress();
        if (wouldLeak && request.headers().contains(HttpHeaderNames.AUTHORIZATION)) {
            return refused(403, "credentials are not accepted in plain text; connect with TLS");
        }
        return null;
    }

    /** The requested name in lower case; null if it breaks the rule. */
    static @Nullable String nameOf(HttpRequest request) {
        String path = request.uri();
        return path.startsWith("/") ? OriginName.fold(path.substring(1)) : null;
    }

    /**
     * The name for an origin of amahi/spdy-proxy; null if the request is not from such an origin, or it is not
     * accepted.
     */
    @Nullable
    String legacyName(HttpRequest request, InetSocketAddress remote) {
        return legacy == null ? null : legacy.nameFor(request, remote);
    }

    static Verdict.Refused refused(int status, String reason) {
        return new Verdict.Refused(status, reason, null, null);
    }

    /** The directory's refusal of an origin that the authenticator has accepted; null if it may have the name. */
    Verdict.@Nullable Refused refusalOf(OriginDirectory.Claim claim, String name, PeerHello hello) {
        return switch (claim) {
            case FREE -> null;
            case HELD_BY_ANOTHER -> refused(409, "the name " + name + " is held by another origin");
            case TOO_OFTEN ->
                new Verdict.Refused(
                        429,
                        "this connection of origin " + name + " registers too often (registrationsPerMinute)",
                        null,
                        directory.registrationWait(name, hello));
            case FULL ->
                new Verdict.Refused(
                        503,
                        "origin " + name + " has reached its limit of tunnels (maxTunnelsPerName)",
                        null,
                        Duration.ofMinutes(1));
        };
    }
}
