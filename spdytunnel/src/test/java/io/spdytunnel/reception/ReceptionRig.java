package io.spdytunnel.reception;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.spdytunnel.auth.BearerTokens;
import io.spdytunnel.directory.DirectorySettings;
import io.spdytunnel.directory.OriginDirectory;
import io.spdytunnel.spi.Authenticator;
import io.spdytunnel.tunnel.FakeSession;
import io.spdytunnel.tunnel.RegistrationDecoder;
import io.spdytunnel.tunnel.TunnelObserver;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** A tunnel port without sockets: origins whose bytes a test says and hears, on a frozen clock. */
abstract class ReceptionRig {

    static final String TOKEN = "correct horse battery";

    final EmbeddedChannel timers = new EmbeddedChannel();
    final OriginDirectory directory =
            new OriginDirectory(DirectorySettings.DEFAULT, timers.eventLoop(), TunnelObserver.NONE);
    final List<FakeSession> sessions = new ArrayList<>();
    final List<EmbeddedChannel> origins = new ArrayList<>();
    final FailedRegistrations failures = new FailedRegistrations(10, () -> 0);
    Authenticator authenticator = BearerTokens.of(Map.of("attic", TOKEN));
    TunnelServerSettings settings = TunnelServerSettings.at("localhost", 0);

    @AfterEach
    void nothingIsLeft() {
        origins.forEach(EmbeddedChannel::finishAndReleaseAll);
        timers.finishAndReleaseAll();
    }

    EmbeddedChannel origin(String address) {
        ReceptionDesk desk = new ReceptionDesk(
                settings,
                authenticator,
                directory,
                new UnregisteredConnections(10, 10),
                failures,
                (channel, sessionSettings) -> {
                    FakeSession session = FakeSession.start(channel, sessionSettings);
                    sessions.add(session);
                    return session;
                },
                TunnelObserver.NONE,
                Clock.systemUTC(),
                session -> {},
                null);
        EmbeddedChannel origin = new EmbeddedChannel();
        origin.freezeTime();
        origin.pipeline()
                .addLast(new RegistrationDecoder(RegistrationDecoder.Expect.REQUEST, settings.maxMessageBytes()))
                .addLast(new ProxyHandshake(desk, new InetSocketAddress(address, 4711)));
        origins.add(origin);
        return origin;
    }

    static void sends(EmbeddedChannel origin, String text) {
        origin.writeInbound(Unpooled.copiedBuffer(text, ISO_8859_1));
    }

    static String put(String name, String token) {
        return "PUT /" + name + " HTTP/1.1\r\nHost: localhost:1444\r\nAuthorization: Bearer " + token
                + "\r\nContent-Length: 0\r\n\r\n";
    }

    static String wasRefused(EmbeddedChannel origin, String status, String reason) {
        String answer = heard(origin);
        assertThat(answer)
                .startsWith("HTTP/1.1 " + status + "\r\n")
                .contains("Connection: close\r\n")
                .contains(reason);
        origin.advanceTimeBy(Duration.ofSeconds(1).toNanos(), TimeUnit.NANOSECONDS);
        origin.runScheduledPendingTasks();
        assertThat(origin.isOpen()).isFalse();
        return answer;
    }

    static String heard(EmbeddedChannel origin) {
        StringBuilder text = new StringBuilder();
        for (ByteBuf bytes = origin.readOutbound(); bytes != null; bytes = origin.readOutbound()) {
            text.append(bytes.toString(ISO_8859_1));
            bytes.release();
        }
        return text.toString();
    }
}
