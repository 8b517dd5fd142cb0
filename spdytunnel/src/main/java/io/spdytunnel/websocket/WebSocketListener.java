package io.spdytunnel.websocket;

/**
 * Gets the messages of one WebSocket, on its event loop. The next message is read after
 * {@link WebSocketConnection#goOn}.
 */
public interface WebSocketListener {

    void text(String message);

    void binary(byte[] message);

    /**
     * The last call, after the last message was handled.
     *
     * @param code of RFC 6455 7.4: the visitor's code, or the code sent to it; 1005 for a close frame without a code,
     *     1006 for an end without a close frame
     */
    void closed(int code, String reason);
}
