package io.spdytunnel.origin;

import io.netty.buffer.ByteBuf;
import io.spdytunnel.exchange.HeaderNames;
import io.spdytunnel.websocket.WebSocketConnection;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.apache.camel.WrappedFile;
import org.jspecify.annotations.Nullable;

/** What a Camel message sends to a WebSocket: its body, and then, optionally, the close frame. */
public final class WebSocketMessages {

    /** A text or bytes, or null if there is nothing to send; and a close code, or null. */
    public record Said(@Nullable Object content, @Nullable Integer closeCode, String closeReason) {

        boolean isNothing() {
            return content == null && closeCode == null;
        }

        /** Completes when the message is queued, or exceptionally if it cannot be sent. */
        public CompletionStage<Void> to(WebSocketConnection connection) {
            CompletionStage<Void> sent = CompletableFuture.completedFuture(null);
            if (content instanceof byte[] bytes) {
                sent = connection.send(bytes);
            } else if (content instanceof String text) {
                sent = connection.send(text);
            }
            if (closeCode != null) {
                connection.close(closeCode, closeReason);
            }
            return sent;
        }
    }

    private WebSocketMessages() {}

    /**
     * Reads a message. May block, because the body can be a stream.
     *
     * @throws IllegalArgumentException if the close code must not be sent
     * @throws InvalidPayloadException if the body is neither text nor bytes, and cannot be converted
     */
    public static Said of(Message message) throws InvalidPayloadException {
        Integer code = message.getHeader(HeaderNames.WEB_SOCKET_CLOSE_CODE, Integer.class);
        if (code != null) {
            WebSocketConnection.checkCode(code);
        }
        String reason = message.getHeader(HeaderNames.WEB_SOCKET_CLOSE_REASON, "", String.class);
        Object body = message.getBody();
        if (body == null) {
            return new Said(null, code, reason);
        }
        boolean isBinary = body instanceof byte[]
                || body instanceof InputStream
                || body instanceof StreamCache
                || body instanceof ByteBuffer
                || body instanceof ByteBuf
                || body instanceof WrappedFile<?>;
        Object content = isBinary ? message.getMandatoryBody(byte[].class) : message.getMandatoryBody(String.class);
        return new Said(content, code, reason);
    }
}
