package io.spdytunnel.tunnel;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.spdytunnel.directory.PeerHello;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.SessionSettings;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The origin's side of a registration (wire contract, part 1). When TLS has verified the proxy, it sends the PUT, and
 * then nothing until the whole answer is read.
 */
final class OriginHandshake extends SimpleChannelInboundHandler<HttpObject> {

    private static final int MAX_REASON = 300;

    private final TunnelClientSettings settings;
    private final SessionStarter sessions;
    private final CompletableFuture<Session> outcome;
    private final Consumer<String> publicUrl;
    private final StringBuilder body = new StringBuilder();
    private @Nullable HttpResponse answer;
    private boolean challenged;

    /**
     * @param outcome completed on the event loop; who completes it otherwise gives the dial up and closes the channel
     * @param publicUrl gets, before that, the URL at which visitors find this origin; an empty text if the proxy does
     *     not say
     */
    OriginHandshake(
            TunnelClientSettings settings,
            SessionStarter sessions,
            CompletableFuture<Session> outcome,
            Consumer<String> publicUrl) {
        this.settings = settings;
        this.sessions = sessions;
        this.outcome = outcome;
        this.publicUrl = publicUrl;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (ctx.pipeline().get(SslHandler.class) == null) {
            register(ctx, null);
        }
        ctx.fireChannelActive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                registerIfPinned(ctx);
            } else {
                fail(ctx, new DialFailedException("TLS failed: " + tlsReasonOf(handshake.cause())));
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    /** Netty's message has the bytes that are not TLS, which differ each time; the cause is always the same. */
    private static String tlsReasonOf(Throwable cause) {
        return cause instanceof NotSslRecordException
                ? "the other end does not speak TLS; is this the proxy's tunnel port?"
                : reasonOf(cause);
    }

    private void registerIfPinned(ChannelHandlerContext ctx) {
        try {
            TunnelTls.checkPins(ctx.pipeline().get(SslHandler.class).engine(), settings.trustedPins());
        } catch (SSLException wrongKey) {
            fail(ctx, new DialFailedException("TLS failed: " + wrongKey.getMessage()));
            return;
        }
        register(ctx, null);
    }

    /** @param challengeAnswer the answer to the proxy's challenge; null before the challenge */
    private void register(ChannelHandlerContext ctx, @Nullable String challengeAnswer) {
        if (outcome.isDone()) {
            HangUp.on(ctx.channel()); // given up meanwhile: no credentials for nothing
            return;
        }
        HttpHeaders headers = RegistrationMessage.headers().add("Host", settings.proxy());
        headers.add("Authorization", settings.credentials().authorizations());
        if (challengeAnswer != null) {
            headers.add("Authorization", challengeAnswer);
        }
        PeerHello hello = new PeerHello(
                settings.instance(),
                settings.connection(),
                settings.session().peer(),
                settings.session().version());
        headers.add(PeerHello.HEADER, hello.format());
        String startLine = "PUT /" + settings.originName() + " HTTP/1.1";
        ctx.writeAndFlush(RegistrationMessage.write(ctx.alloc(), startLine, headers, ""))
                .addListener((ChannelFuture written) -> {
                    if (!written.isSuccess()) {
                        fail(
                                ctx,
                                new DialFailedException(
                                        "sending the registration failed: " + reasonOf(written.cause())));
                    }
                });
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
        if (outcome.isDone()) {
            return;
        }
        if (part.decoderResult().isFailure()) {
            fail(
                    ctx,
                    refusedOr("the proxy's answer is not HTTP/1.1: "
                            + reasonOf(part.decoderResult().cause())));
            return;
        }
        if (part instanceof HttpResponse head) {
            answer = head;
            if (isAcceptance(head) && !hasLength(head)) {
                fail(
                        ctx,
                        new DialFailedException(
                                "the proxy's answer " + head.status().code() + " has no length"));
                return;
            }
        }
        if (part instanceof HttpContent content && body.length() < MAX_REASON) {
            body.append(content.content().toString(StandardCharsets.UTF_8));
        }
        if (part instanceof LastHttpContent && answer != null && !isInterim(answer.status())) {
            answered(ctx, answer);
        }
    }

    private void answered(ChannelHandlerContext ctx, HttpResponse head) {
        if (!isAcceptance(head)) {
            String challengeAnswer = answerToChallenge(head);
            if (challengeAnswer == null) {
                fail(ctx, refusal(head));
            } else {
                challenged = true;
                answer = null;
                body.setLength(0);
                ctx.pipeline().get(RegistrationDecoder.class).expectAnother();
                register(ctx, challengeAnswer);
            }
            return;
        }
        PeerHello hello;
        try {
            hello = PeerHello.parse(head.headers().get(PeerHello.HEADER));
        } catch (IllegalArgumentException malformed) {
            fail(ctx, new DialFailedException("the proxy accepted, but: " + malformed.getMessage()));
            return;
        }
        String url = head.headers().get(PeerHello.PUBLIC_URL, "");
        publicUrl.accept(printable(url));
        ctx.pipeline().remove(this);
        boolean legacy = isLegacyExpected() && hello.peer() == SessionSettings.Peer.STRANGER;
        SessionSettings ours = legacy ? settings.session() : settings.session().withPeer(hello.peer());
        Session session = sessions.start(ctx.channel(), ours);
        ctx.pipeline().remove(RegistrationDecoder.class); // passes on what already belongs to SPDY
        if (!outcome.complete(session)) {
            session.drain(Duration.ZERO); // given up in this very moment
        }
    }

    /**
     * Null if there was no challenge, if the connection is closed, if this is a second challenge, or if this origin
     * cannot answer it.
     */
    private @Nullable String answerToChallenge(HttpResponse head) {
        boolean mayAnswer = head.status().code() == 401 && !challenged && HttpUtil.isKeepAlive(head);
        List<String> challenges = head.headers().getAll(HttpHeaderNames.WWW_AUTHENTICATE);
        return mayAnswer
                ? settings.credentials().answer(challenges, settings.originName(), settings.proxyHost())
                : null;
    }

    private DialFailedException refusal(HttpResponse head) {
        int status = head.status().code();
        String said = printable(body).strip();
        String why = head.status().codeClass() == HttpStatusClass.REDIRECTION
                ? "a redirection, which is never followed"
                : said.isEmpty() ? "without a reason" : said;
        return new DialFailedException(
                "refused with " + status + ": " + why,
                status,
                RetryAfter.of(head.headers(), Clock.systemUTC().instant()));
    }

    /** A refusal whose body is broken or too long is still that refusal. */
    private DialFailedException refusedOr(String otherwise) {
        return answer == null || isAcceptance(answer) ? new DialFailedException(otherwise) : refusal(answer);
    }

    /**
     * A proxy of amahi/spdy-proxy accepts every origin, whatever it answers. One of ours closes if it refuses, or sends
     * a challenge.
     */
    private boolean isAcceptance(HttpResponse head) {
        boolean refuses = !HttpUtil.isKeepAlive(head) || head.headers().contains(HttpHeaderNames.WWW_AUTHENTICATE);
        return head.status().codeClass() == HttpStatusClass.SUCCESS || (isLegacyExpected() && !refuses);
    }

    private boolean isLegacyExpected() {
        return settings.session().peer() == SessionSettings.Peer.LEGACY;
    }

    private static boolean isInterim(HttpResponseStatus status) {
        return status.codeClass() == HttpStatusClass.INFORMATIONAL && status.code() != 101;
    }

    private static boolean hasLength(HttpResponse head) {
        return head.status().code() == 204
                || HttpUtil.isContentLengthSet(head)
                || HttpUtil.isTransferEncodingChunked(head);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(ctx, refusedOr("the proxy closed the connection before it answered"));
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(ctx, refusedOr(reasonOf(cause)));
    }

    private void fail(ChannelHandlerContext ctx, DialFailedException failure) {
        outcome.completeExceptionally(failure);
        HangUp.on(ctx.channel());
    }

    private static String reasonOf(Throwable cause) {
        return printable(TlsFailure.reasonOf(cause));
    }

    /** The peer's text goes into our log: on one line, with a limited length. */
    private static String printable(CharSequence text) {
        String start = text.subSequence(0, Math.min(text.length(), MAX_REASON)).toString();
        return start.strip().replaceAll("[\\p{Cntrl}\\p{Co}\\p{Cn}\\u2028\\u2029\\p{Cf}]", " ");
    }
}
