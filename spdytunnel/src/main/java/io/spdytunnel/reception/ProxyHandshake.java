package io.spdytunnel.reception;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.spdytunnel.directory.OriginDirectory;
import io.spdytunnel.directory.OriginTunnel;
import io.spdytunnel.directory.PeerHello;
import io.spdytunnel.net.AddressKey;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.spi.Identity;
import io.spdytunnel.spi.Verdict;
import io.spdytunnel.tunnel.HangUp;
import io.spdytunnel.tunnel.RegistrationDecoder;
import io.spdytunnel.tunnel.RegistrationMessage;
import io.spdytunnel.tunnel.RegistrationTooLongException;
import io.spdytunnel.tunnel.TlsFailure;
import io.spdytunnel.tunnel.TunnelTls;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The proxy's side of a registration (wire contract, part 1).
 *
 * <pre>
 *   READING ──── request read ───► DECIDING ─── accepted ───► ANSWERING ─── 200 flushed ───► (SPDY; this is removed)
 *      │    ▲── challenged, once ──────┤                           │
 *      │ malformed, too long, late     │ refused, late             │ write failed
 *      └──────────────┬────────────────┘                           │
 *                     ▼                                            ▼
 *                 REFUSING ─────── answer flushed, or 1 s ─────► closed
 * </pre>
 */
final class ProxyHandshake extends SimpleChannelInboundHandler<HttpObject> {

    private static final Logger LOG = LoggerFactory.getLogger(ProxyHandshake.class);

    /** How long a refused peer may take to read why. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private static final int NONCE_BYTES = 24;
    private static final SecureRandom RANDOM = new SecureRandom();

    private enum State {
        READING,
        DECIDING,
        ANSWERING,
        REFUSING
    }

    private final ReceptionDesk desk;
    private final InetSocketAddress remote;
    private State state = State.READING;
    private @Nullable HttpRequest request;
    private @Nullable Future<?> deadline;
    /** This connection's; made when it is first needed. */
    private @Nullable String nonce;
    /** The name that was challenged, until it is accepted or refused. */
    private @Nullable String challenged;

    private boolean requestComplete;

    ProxyHandshake(ReceptionDesk desk, InetSocketAddress remote) {
        this.desk = desk;
        this.remote = remote;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        long nanos = desk.settings().registrationTimeout().toNanos();
        deadline = ctx.executor().schedule(() -> late(ctx), nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        cancelDeadline();
        desk.unregistered().forget(AddressKey.of(remote.getAddress()), ctx.channel());
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
        if (state != State.READING) {
            return;
        }
        if (part instanceof HttpRequest head) {
            request = head;
            Verdict.Refused objection = desk.objection(head, remote, isSecure(ctx));
            if (objection != null) {
                refuse(ctx, objection);
                return;
            }
        }
        if (part instanceof HttpContent && part.decoderResult().isFailure()) {
            refuse(ctx, ReceptionDesk.refused(400, "the body is malformed"));
        } else if (part instanceof LastHttpContent && request != null) {
            requestComplete = true;
            decide(ctx, request);
        }
    }

    private void decide(ChannelHandlerContext ctx, HttpRequest head) {
        state = State.DECIDING;
        // What comes now is SPDY's and has to wait; nobody should have to hold much of it.
        ctx.channel().config().setAutoRead(false);
        String legacyName = desk.legacyName(head, remote);
        String name = legacyName == null ? ReceptionDesk.nameOf(head) : legacyName;
        PeerHello hello;
        try {
            hello = legacyName == null ? PeerHello.parse(head.headers().get(PeerHello.HEADER)) : PeerHello.LEGACY;
        } catch (IllegalArgumentException malformed) {
            refuse(ctx, ReceptionDesk.refused(400, String.valueOf(malformed.getMessage())));
            return;
        }
        SessionSettings.Version ours = desk.settings().session().version();
        if (hello.peer() == SessionSettings.Peer.KIN && hello.spdy() != ours) {
            // They would find no fault with each other, and stall after the first 64 KiB.
            refuse(
                    ctx,
                    ReceptionDesk.refused(
                            400,
                            "this port speaks " + ours + " and the origin " + hello.spdy()
                                    + "; give both ends the same spdyVersion"));
            return;
        }
        if (name == null) {
            throw new IllegalStateException("a request without a name passed the reception desk");
        }
        if (challenged != null && !challenged.equals(name)) {
            refuse(ctx, ReceptionDesk.refused(400, "the challenge was for the name " + challenged));
            return;
        }
        ReceivedRegistration registration = new ReceivedRegistration(
                name,
                remote,
                isSecure(ctx),
                head.headers(),
                hello,
                nonce(),
                challenged != null,
                TunnelTls.peerCertificates(ctx.pipeline()),
                TunnelTls.ownCertificate(ctx.pipeline()));
        ask(registration).whenComplete((verdict, failure) -> {
            if (ctx.executor().inEventLoop()) {
                decided(ctx, registration, verdict, failure);
            } else {
                ctx.executor().execute(() -> decided(ctx, registration, verdict, failure));
            }
        });
    }

    /** If a user's authenticator throws, the origin gets 503. */
    private CompletionStage<Verdict> ask(ReceivedRegistration registration) {
        LegacyReception legacy = desk.legacy();
        if (legacy != null && registration.hello().peer() == SessionSettings.Peer.LEGACY) {
            return legacy.admit();
        }
        try {
            return desk.authenticator().authenticate(registration);
        } catch (RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    private void decided(
            ChannelHandlerContext ctx,
            ReceivedRegistration registration,
            @Nullable Verdict verdict,
            @Nullable Throwable failure) {
        if (state != State.DECIDING || ctx.isRemoved()) {
            return; // too late, or the origin has left
        }
        if (verdict instanceof Verdict.Refused refused) {
            refuse(ctx, refused);
        } else if (verdict instanceof Verdict.Challenged challenge) {
            challenge(ctx, registration, challenge);
        } else if (verdict instanceof Verdict.Accepted accepted) {
            Identity identity = accepted.identity();
            OriginDirectory.Claim claim = desk.directory().claim(registration.name(), identity, registration.hello());
            Verdict.Refused refusal = desk.refusalOf(claim, registration.name(), registration.hello());
            if (refusal == null) {
                accept(ctx, registration.name(), identity, registration.hello());
            } else {
                refuse(ctx, refusal);
            }
        } else {
            LOG.warn("authenticator failed on the {}: {}", registration, String.valueOf(failure));
            refuse(ctx, unavailable("the authenticator failed"));
        }
    }

    /** Asks for one more registration on this connection. The deadline of the first one stays. */
    private void challenge(ChannelHandlerContext ctx, ReceivedRegistration registration, Verdict.Challenged challenge) {
        if (challenged != null) {
            refuse(ctx, new Verdict.Refused(401, challenge.reason(), challenge.challenge(), null));
            return;
        }
        LOG.debug("challenging the {}", registration);
        challenged = registration.name();
        state = State.READING;
        request = null;
        requestComplete = false;
        HttpHeaders headers = RegistrationMessage.headers()
                .add("WWW-Authenticate", challenge.challenge())
                .add("Content-Type", "text/plain; charset=utf-8");
        ctx.writeAndFlush(RegistrationMessage.write(
                        ctx.alloc(), "HTTP/1.1 401 Unauthorized", headers, challenge.reason() + "\n"))
                .addListener((ChannelFuture written) -> {
                    if (!written.isSuccess()) {
                        HangUp.on(ctx.channel());
                    }
                });
        ctx.pipeline().get(RegistrationDecoder.class).expectAnother();
        ctx.channel().config().setAutoRead(true);
    }

    private String nonce() {
        String known = nonce;
        if (known == null) {
            byte[] random = new byte[NONCE_BYTES];
            RANDOM.nextBytes(random);
            known = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
            nonce = known;
        }
        return known;
    }

    private void accept(ChannelHandlerContext ctx, String name, Identity identity, PeerHello hello) {
        state = State.ANSWERING;
        HttpHeaders headers = RegistrationMessage.headers().add(PeerHello.HEADER, "version=1");
        String publicUrl = desk.settings().publicUrl().apply(name);
        if (publicUrl != null) {
            headers.add(PeerHello.PUBLIC_URL, publicUrl);
        }
        ByteBuf answer = RegistrationMessage.write(
                ctx.alloc(), "HTTP/1.1 200 Connection Established", headers, "tunnel to " + name + " established\n");
        // SPDY only starts once this is flushed: some origins lose bytes that share a TLS record with the answer.
        ctx.writeAndFlush(answer).addListener((ChannelFuture written) -> {
            if (written.isSuccess()) {
                startOrHangUp(ctx, name, identity, hello);
            } else {
                LOG.debug(
                        "origin {}: the answer to its registration was not sent: {}",
                        name,
                        String.valueOf(written.cause()));
                HangUp.on(ctx.channel());
            }
        });
    }

    /** Closes the connection if our own code fails, so that no connection is left without an owner. */
    private void startOrHangUp(ChannelHandlerContext ctx, String name, Identity identity, PeerHello hello) {
        try {
            startSession(ctx, name, identity, hello);
        } catch (RuntimeException bug) {
            LOG.error("origin {}: closing {}, its session did not start", name, remote, bug);
            HangUp.on(ctx.channel());
        }
    }

    private void startSession(ChannelHandlerContext ctx, String name, Identity identity, PeerHello hello) {
        if (ctx.isRemoved()) {
            return; // the deadline or the peer was faster
        }
        ctx.pipeline().remove(this);
        Session session =
                desk.sessions().start(ctx.channel(), desk.settings().session().withPeer(hello.peer()));
        ctx.pipeline().remove(RegistrationDecoder.class); // passes on what already belongs to SPDY
        ctx.channel().config().setAutoRead(true);
        desk.started().accept(session);
        OriginTunnel tunnel = new OriginTunnel(
                name, identity, hello, remote, session, desk.clock().instant());
        OriginDirectory.Claim claim = desk.directory().register(tunnel);
        Verdict.Refused refusal = desk.refusalOf(claim, name, hello);
        if (refusal != null) { // somebody else was faster since we asked
            LOG.warn("origin {}: refused {} after its session had started: {}", name, remote, refusal.reason());
            session.drain(Duration.ZERO);
        }
    }

    private void refuse(ChannelHandlerContext ctx, Verdict.Refused refusal) {
        state = State.REFUSING;
        boolean isTheirFault = refusal.status() < 500 && refusal.status() != 409 && refusal.status() != 429;
        if (isTheirFault) {
            desk.failures().count(AddressKey.of(remote.getAddress()));
        }
        LOG.debug("refused {}: {} {}", remote, refusal.status(), refusal.reason());
        desk.observer().registrationRefused(remote, refusal.status(), refusal.reason());
        cancelDeadline();
        deadline = ctx.executor().schedule(() -> HangUp.on(ctx.channel()), LINGER.toNanos(), TimeUnit.NANOSECONDS);
        HttpHeaders headers = RegistrationMessage.headers().add("Connection", "close");
        if (refusal.status() == 405) {
            headers.add("Allow", "PUT");
        }
        if (refusal.challenge() != null) {
            headers.add("WWW-Authenticate", refusal.challenge());
        }
        if (refusal.retryAfter() != null) {
            long seconds =
                    Math.max(1, refusal.retryAfter().plusNanos(999_999_999).toSeconds());
            headers.add("Retry-After", seconds);
        }
        headers.add("Content-Type", "text/plain; charset=utf-8");
        String startLine = "HTTP/1.1 " + HttpResponseStatus.valueOf(refusal.status());
        ChannelFuture written =
                ctx.writeAndFlush(RegistrationMessage.write(ctx.alloc(), startLine, headers, refusal.reason() + "\n"));
        // Closing with unread bytes resets the connection, and the reason may be lost: then the timer closes.
        boolean closeAtOnce = requestComplete;
        written.addListener((ChannelFuture answered) -> {
            if (closeAtOnce || !answered.isSuccess()) {
                HangUp.on(ctx.channel());
            }
        });
    }

    private void late(ChannelHandlerContext ctx) {
        Duration allowed = desk.settings().registrationTimeout();
        switch (state) {
            case READING -> {
                if (request == null) {
                    LOG.debug("closing {}: no registration within {} ms", remote, allowed.toMillis());
                    HangUp.on(ctx.channel());
                } else {
                    refuse(
                            ctx,
                            ReceptionDesk.refused(
                                    408, "the registration took longer than " + allowed.toMillis() + " ms"));
                }
            }
            case DECIDING -> refuse(ctx, unavailable("the authenticator gave no answer in time"));
            case ANSWERING, REFUSING -> HangUp.on(ctx.channel());
        }
    }

    private static Verdict.Refused unavailable(String reason) {
        return new Verdict.Refused(503, reason, null, Duration.ofSeconds(5));
    }

    private static boolean isSecure(ChannelHandlerContext ctx) {
        return ctx.pipeline().get(SslHandler.class) != null;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (state == State.READING && cause instanceof RegistrationTooLongException tooLong) {
            refuse(ctx, ReceptionDesk.refused(tooLong.isInHead() ? 431 : 413, String.valueOf(cause.getMessage())));
            return;
        }
        LOG.debug("closing {} before it registered: {}", remote, TlsFailure.reasonOf(cause));
        HangUp.on(ctx.channel());
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
