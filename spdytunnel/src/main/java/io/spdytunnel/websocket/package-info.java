/**
 * WebSockets whose messages end here, instead of being passed on as bytes.
 *
 * <p>Answers for the handshake (RFC 6455), for frames, and for messages in memory that the budget counts. Knows {@code http}
 * for the two bodies that such a WebSocket consists of.
 *
 * <p>Begin with {@link io.spdytunnel.websocket.WebSocketConnection}.
 */
@NullMarked
package io.spdytunnel.websocket;

import org.jspecify.annotations.NullMarked;
