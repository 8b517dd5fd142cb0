package io.spdytunnel.tunnel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.List;

/**
 * Decodes the HTTP message before SPDY, and not one byte more. After a challenge there are two such messages.
 *
 * <p>Bytes after the message belong to SPDY. They are kept until this decoder is removed from the pipeline; then
 * {@code ByteToMessageDecoder} passes them on. Interim answers (1xx) are skipped. The limit counts chunk sizes and
 * empty lines before the head, too.
 */
public final class RegistrationDecoder extends HttpObjectDecoder {

    /** Which message is expected. */
    public enum Expect {
        REQUEST,
        ANSWER
    }

    /** What happens with the bytes that arrive. */
    private enum State {
        HEAD,
        BODY,
        /** They belong to SPDY, and are kept. */
        KEEPING,
        /** The message is refused; the rest is dropped. */
        DISCARDING
    }

    private final Expect expect;
    private final int limit;
    private State state = State.HEAD;
    private int counted;

    /** @param limitBytes most bytes of the head, and most bytes of the body */
    public RegistrationDecoder(Expect expect, int limitBytes) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(limitBytes)
                .setMaxHeaderSize(limitBytes)
                .setMaxChunkSize(limitBytes));
        this.expect = expect;
        this.limit = limitBytes;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        switch (state) {
            case HEAD, BODY -> decodeCounted(ctx, in, out);
            case KEEPING -> {}
            case DISCARDING -> in.skipBytes(in.readableBytes());
        }
    }

    private void decodeCounted(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        int before = in.readableBytes();
        int known = out.size();
        super.decode(ctx, in, out);
        counted += before - in.readableBytes();
        if (counted > limit) {
            boolean inHead = state == State.HEAD;
            state = State.DISCARDING;
            while (out.size() > known) { // it may just have become complete
                ReferenceCountUtil.release(out.remove(out.size() - 1));
            }
            throw new RegistrationTooLongException(inHead, limit);
        }
        for (int i = known; i < out.size(); i++) {
            follow(out.get(i));
        }
    }

    private void follow(Object decoded) {
        if (decoded instanceof HttpMessage message) {
            boolean failed = message.decoderResult().isFailure();
            boolean interim = message instanceof HttpResponse answer
                    && answer.status().codeClass() == HttpStatusClass.INFORMATIONAL
                    && answer.status().code() != 101;
            state = failed ? State.DISCARDING : interim ? State.HEAD : State.BODY;
            counted = interim ? counted : 0;
        }
        if (decoded instanceof LastHttpContent last && state == State.BODY) {
            state = last.decoderResult().isFailure() ? State.DISCARDING : State.KEEPING;
        }
    }

    /**
     * Expects one more message before SPDY. Bytes that arrived after the first message are decoded as its beginning,
     * when the next bytes arrive. They cannot answer the challenge, because they were sent before it.
     */
    public void expectAnother() {
        state = State.HEAD;
        counted = 0;
    }

    /** Two lengths for one message are an attack or a mistake, so the message is refused. */
    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Content-Length and Transfer-Encoding were sent");
    }

    @Override
    protected boolean isDecodingRequest() {
        return expect == Expect.REQUEST;
    }

    @Override
    protected HttpMessage createMessage(String[] line) {
        return switch (expect) {
            case REQUEST ->
                new DefaultHttpRequest(
                        HttpVersion.valueOf(line[2]), HttpMethod.valueOf(line[0]), line[1], headersFactory);
            case ANSWER ->
                new DefaultHttpResponse(
                        HttpVersion.valueOf(line[0]),
                        HttpResponseStatus.valueOf(Integer.parseInt(line[1]), line[2]),
                        headersFactory);
        };
    }

    @Override
    protected HttpMessage createInvalidMessage() {
        return switch (expect) {
            case REQUEST -> new DefaultHttpRequest(HttpVersion.HTTP_1_0, HttpMethod.GET, "/bad", headersFactory);
            case ANSWER ->
                new DefaultHttpResponse(HttpVersion.HTTP_1_0, HttpResponseStatus.valueOf(999), headersFactory);
        };
    }
}
