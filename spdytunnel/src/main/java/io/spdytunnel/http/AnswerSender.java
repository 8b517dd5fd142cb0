package io.spdytunnel.http;

import static io.spdytunnel.http.HttpBody.UNKNOWN_LENGTH;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.spdytunnel.fields.Framing;
import io.spdytunnel.fields.HeaderMapping;
import io.spdytunnel.fields.HttpDate;
import io.spdytunnel.fields.RawMode;
import io.spdytunnel.session.Stream;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one answer on a stream: its head, then its body. Confined to the session's event loop.
 *
 * <p>If a head cannot be sent, a 502 is sent instead: no part of the head has been sent.
 */
final class AnswerSender implements BodySender.Observer {

    private static final Logger LOG = LoggerFactory.getLogger(AnswerSender.class);

    /** How the head is sent: as SYN_REPLY, or as HEADERS if this end has opened the stream. */
    @FunctionalInterface
    interface HeadOut {

        /** Sends it; throws IllegalArgumentException, and sends nothing, if the block must not be sent. */
        void send(HeaderBlock head, Fin fin);
    }

    private final Stream stream;
    private final HttpMethod method;
    private final HttpCallSettings settings;
    private final CallTimer timer;
    private final boolean dates;
    private final HeadOut headOut;
    private final Consumer<IOException> onBroken;

    private boolean headSent;
    private @Nullable BodySender sender;

    /**
     * @param method of the request, which may forbid a body
     * @param timer minds the body's idle time once the head has left
     * @param dates whether the head gets a {@code Date} if it has none (RFC 9110 6.6.1); where others pass it on, the
     *     last of them does that
     * @param onBroken called if the body fails; the stream is still open
     */
    AnswerSender(
            Stream stream,
            HttpMethod method,
            HttpCallSettings settings,
            CallTimer timer,
            boolean dates,
            HeadOut headOut,
            Consumer<IOException> onBroken) {
        this.stream = stream;
        this.method = method;
        this.settings = settings;
        this.timer = timer;
        this.dates = dates;
        this.headOut = headOut;
        this.onBroken = onBroken;
    }

    boolean isHeadSent() {
        return headSent;
    }

    /** Answers with one line of text. */
    void sendText(int status, String line) {
        ByteBuf text = ByteBufUtil.writeUtf8(UnpooledByteBufAllocator.DEFAULT, line + "\n");
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
        send(response, HttpBody.of(text));
    }

    /**
     * Grants raw bytes: no length, no limit, and no FIN before the body's end.
     *
     * @return false if the head could not be sent and 502 was sent instead
     */
    boolean sendRaw(HttpResponse response, HttpBody body) {
        RawMode.dropFraming(response.headers());
        date(response);
        try {
            headOut.send(HeaderMapping.toRawBlock(response), Fin.MORE);
            headSent = true;
        } catch (IllegalArgumentException unsendable) {
            answerUnsendable(body, unsendable);
            return false;
        }
        timer.restart(settings.rawIdleTimeout());
        start(new BodySender(stream, body, UNKNOWN_LENGTH, 0, null, this));
        return true;
    }

    private void date(HttpResponse response) {
        if (dates && !response.headers().contains(HttpHeaderNames.DATE)) {
            response.headers().set(HttpHeaderNames.DATE, HttpDate.now());
        }
    }

    private void answerUnsendable(HttpBody body, IllegalArgumentException unsendable) {
        UnsendableLog.SHARED.tell("the answer on stream " + stream.id(), String.valueOf(unsendable.getMessage()));
        body.abandon("its head cannot be sent");
        sendText(502, "the answer could not be passed on");
    }

    /** Answers; the body is piped to its end, or abandoned if there must be none. */
    void send(HttpResponse response, HttpBody body) {
        if (response.status().code() == 101) {
            body.abandon("no upgrade was requested");
            sendText(502, "the answer was 101, but no upgrade was requested");
            return;
        }
        boolean bodiless = Framing.forbidsBody(method, response.status().code());
        long announced = announce(response, body, bodiless);
        if (announced == Framing.MALFORMED) {
            body.abandon("malformed head");
            sendText(502, "the answer's Content-Length is malformed");
            return;
        }
        date(response);
        boolean noBody = bodiless || body.isEmpty();
        try {
            headOut.send(HeaderMapping.toBlock(response), Fin.of(noBody));
            headSent = true;
        } catch (IllegalArgumentException unsendable) {
            answerUnsendable(body, unsendable);
            return;
        }
        if (noBody) {
            body.abandon("no body in this answer");
        } else {
            sendBody(response.headers(), body, announced);
        }
    }

    /** Sets Content-Length if the head has none and the body's length is known; returns the length. */
    private static long announce(HttpResponse response, HttpBody body, boolean bodiless) {
        long announced = Framing.contentLength(response.headers());
        if (announced == UNKNOWN_LENGTH && !bodiless && body.length() != UNKNOWN_LENGTH) {
            announced = body.length();
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, announced);
        }
        return announced;
    }

    private void sendBody(HttpHeaders head, HttpBody body, long announced) {
        timer.restart(settings.bodyIdleTimeout(head));
        start(new BodySender(stream, body, announced, settings.maxResponseBodyBytes(), null, this));
    }

    private void start(BodySender begun) {
        sender = begun;
        try {
            begun.start();
        } catch (BodyAlreadyReadException gone) {
            bodyBroke(new IOException(gone.getMessage(), gone));
        }
    }

    @Override
    public void bodyGiven() {
        // what is queued still moves under the idle clock, until finSent
    }

    @Override
    public void bodyBroke(IOException cause) {
        LOG.debug("answer on stream {} is incomplete: {}", stream.id(), cause.getMessage());
        onBroken.accept(cause);
    }

    /** {@code bytes} left for the transport, or were dropped. */
    void sent(int bytes) {
        timer.touch();
        if (sender != null) {
            sender.sent(bytes);
        }
    }

    /** Stops; later data is dropped. */
    void stop(String why) {
        if (sender != null) {
            sender.stop(why);
        }
    }
}
