package io.spdytunnel.websocket;

/**
 * Hears the messages of one WebSocket, on its event loop. The next one is read when {@link WebSocketConnection#goOn} says
 * that this one has been dealt with.
 */
public interface WebSocketListener {

    void text(String message);

    void binary(byte[] message);

    /**
     * The last call, behind the last message that was dealt with.
     *
     * @param code of RFC 6455 7.4: what the visitor said, or what was said to it; 1005 for a close without a code, 1006
     *     for an end without a close
     */
    void closed(int code, String reason);
}
