package io.spdytunnel.front;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Netty's request decoder, made to take one request at a time and no head that {@link HeadScan} refuses.
 *
 * <pre>
 *            head complete          last of the body
 *     HEAD ─────────────────► BODY ──────────────────► WAITING
 *      ▲                                                  │ next()
 *      └──────────────────────────────────────────────────┘
 *     any of them ── discard() ──► DISCARDING
 * </pre>
 *
 * <p>While it waits, bytes are kept but not looked at: they may be a request, or no HTTP at all. How many there may be
 * is up to {@link Http1Visitor}, who alone asks for more to be read.
 */
final class Http1Decoder extends HttpRequestDecoder {

    private enum Stage {
        HEAD,
        BODY,
        WAITING,
        DISCARDING
    }

    /** Longest piece of a body: the longest read from the socket is shorter. */
    private static final int MAX_PIECE_BYTES = 64 * 1024;

    private final HeadScan scan;
    private Stage stage = Stage.HEAD;
    private boolean decoding;
    private @Nullable ChannelHandlerContext context;

    Http1Decoder(VisitorServerSettings settings) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(settings.maxHeadBytes())
                .setMaxHeaderSize(settings.maxHeadBytes())
                .setMaxChunkSize(MAX_PIECE_BYTES)
                .setStrictLineParsing(true));
        this.scan = new HeadScan(settings);
    }

    /** Whether a head has begun to arrive and is not complete. */
    boolean isInsideHead() {
        return stage == Stage.HEAD && scan.hasBegun();
    }

    /** Bytes that came before their turn. */
    int waitingBytes() {
        return actualReadableBytes();
    }

    /** The next request's turn. */
    void next() {
        stage = Stage.HEAD;
        scan.reset();
        lookAgain();
    }

    /** Whatever else comes is thrown away. */
    void discard() {
        stage = Stage.DISCARDING;
        lookAgain();
    }

    /** Decodes what is here already; when called from within a request's delivery, the loop that delivers goes on. */
    private void lookAgain() {
        ChannelHandlerContext ctx = context;
        if (decoding || ctx == null || ctx.isRemoved()) {
            return;
        }
        try {
            channelRead(ctx, Unpooled.EMPTY_BUFFER);
        } catch (Exception failure) {
            ctx.fireExceptionCaught(failure);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) throws Exception {
        decoding = true;
        try {
            super.channelRead(ctx, msg);
        } finally {
            decoding = false;
        }
    }

    /** Does not ask for more as the inherited one does: while requests wait that would read without end. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        discardSomeReadBytes();
        ctx.fireChannelReadComplete();
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        switch (stage) {
            case HEAD -> decodeHead(ctx, in, out);
            case BODY -> decodeMore(ctx, in, out);
            case WAITING -> {}
            case DISCARDING -> in.skipBytes(in.readableBytes());
        }
    }

    /** What is later than HTTP/1.1 is taken for it (RFC 9110 2.5); Netty knows no such versions. */
    @Override
    protected HttpMessage createMessage(String[] line) throws Exception {
        boolean first = line[2].equals(HttpVersion.HTTP_1_0.text());
        return super.createMessage(new String[] {line[0], line[1], first ? line[2] : HttpVersion.HTTP_1_1.text()});
    }

    /** The end of the connection completes nothing: a body that was cut off stays cut off. */
    @Override
    protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {}

    /** Both headers stay, so that the request is refused for having both. */
    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {}

    private void decodeHead(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        try {
            if (!scan.isComplete(in)) {
                return;
            }
        } catch (Refusal refused) {
            stage = Stage.DISCARDING;
            in.skipBytes(in.readableBytes());
            out.add(refused);
            return;
        }
        stage = Stage.BODY;
        decodeMore(ctx, in, out);
    }

    private void decodeMore(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        super.decode(ctx, in, out);
        if (!out.isEmpty() && out.get(out.size() - 1) instanceof LastHttpContent) {
            stage = Stage.WAITING;
        }
    }
}
