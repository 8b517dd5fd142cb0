package io.spdytunnel.front;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** All the connections of one server. Thread-safe. */
final class VisitorConnections {

    private final Set<VisitorConnection> open = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> allGone = new CompletableFuture<>();

    private volatile boolean draining;

    int count() {
        return open.size();
    }

    void opened(VisitorConnection connection) {
        open.add(connection);
        if (draining) {
            connection.drain(); // accepted while the door was being closed
        }
    }

    void closed(VisitorConnection connection) {
        open.remove(connection);
        tellIfAllAreGone();
    }

    /** Asks every connection to end; others may still come. */
    void sendHome() {
        open.forEach(VisitorConnection::drain);
    }

    /** Asks every connection to end. The result completes, on any thread, when all have. */
    CompletionStage<Void> drain() {
        draining = true;
        sendHome();
        tellIfAllAreGone();
        return allGone;
    }

    void cutAll() {
        open.forEach(VisitorConnection::cut);
    }

    private void tellIfAllAreGone() {
        if (draining && open.isEmpty()) {
            allGone.complete(null);
        }
    }
}
