package io.spdytunnel.origin;

import io.spdytunnel.websocket.WebSocketConnection;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The WebSockets whose messages are exchanges of this context, by the origin's name and their key. Thread-safe. */
public final class OpenWebSockets {

    private final Map<String, Map<String, WebSocketConnection>> byOrigin = new ConcurrentHashMap<>();

    void opened(String origin, String key, WebSocketConnection connection) {
        byOrigin.computeIfAbsent(origin, first -> new ConcurrentHashMap<>()).put(key, connection);
    }

    void closed(String origin, String key) {
        Map<String, WebSocketConnection> open = byOrigin.get(origin);
        if (open != null) {
            open.remove(key);
        }
    }

    @Nullable
    public WebSocketConnection get(String origin, String key) {
        return byOrigin.getOrDefault(origin, Map.of()).get(key);
    }

    public Collection<WebSocketConnection> all(String origin) {
        return List.copyOf(byOrigin.getOrDefault(origin, Map.of()).values());
    }
}
