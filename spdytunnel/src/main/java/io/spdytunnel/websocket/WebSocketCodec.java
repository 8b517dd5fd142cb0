package io.spdytunnel.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Netty's frames of RFC 6455, outside of any pipeline: masks, lengths, opcodes and UTF-8 are its business. */
final class WebSocketCodec implements AutoCloseable {

    private static final int MASK_BYTES = 4;
    private static final int SMALL = 125;

    /** Messages become arrays anyway, and nothing of a frame must be kept in pools that serve small pieces. */
    private static final ByteBufAllocator HEAP = new UnpooledByteBufAllocator(false);

    private final EmbeddedChannel channel;

    /** @param maxFrameBytes longest payload of one frame */
    WebSocketCodec(int maxFrameBytes) {
        WebSocketDecoderConfig config = WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(maxFrameBytes)
                .expectMaskedFrames(true)
                .allowExtensions(false)
                .closeOnProtocolViolation(false) // the connection's decision
                .build();
        channel = new EmbeddedChannel();
        channel.config().setAllocator(HEAP);
        channel.pipeline()
                .addLast(
                        new WebSocket13FrameDecoder(config),
                        new Utf8FrameValidator(false),
                        new WebSocket13FrameEncoder(false));
    }

    /**
     * Decodes; takes ownership of {@code bytes}.
     *
     * @throws CorruptedWebSocketFrameException for what breaks the protocol, with the code to close with
     */
    void decode(ByteBuf bytes) {
        channel.writeInbound(bytes);
    }

    /** The next frame that has come in full, the caller's to release. */
    @Nullable
    WebSocketFrame next() {
        return channel.readInbound();
    }

    /** Takes ownership of {@code frame}. */
    List<ByteBuf> encode(WebSocketFrame frame) {
        channel.writeOutbound(frame);
        List<ByteBuf> encoded = new ArrayList<>(2);
        for (ByteBuf piece = channel.readOutbound(); piece != null; piece = channel.readOutbound()) {
            encoded.add(piece);
        }
        return encoded;
    }

    /** How many bytes the visitor sent for a frame of this payload (RFC 6455 5.2). */
    static int sizeOf(int payload) {
        return 2 + MASK_BYTES + (payload <= SMALL ? 0 : payload <= 0xFFFF ? 2 : 8) + payload;
    }

    /** Releases what has come of a frame that will never be complete. */
    @Override
    public void close() {
        channel.finishAndReleaseAll();
    }
}
