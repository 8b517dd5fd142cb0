package io.spdytunnel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A service that authenticates its connection, as NTLM does (RFC 4559 6): who has once said {@code Authorization: NTLM
 * name} is known by that name for all requests behind it on the same connection. {@code /open} needs no name.
 */
final class LoginService implements AutoCloseable {

    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger open = new AtomicInteger();
    final List<String> heads = new CopyOnWriteArrayList<>();

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final String challenge;

    /** @param challenge the field lines of its 401 */
    LoginService(String challenge) throws IOException {
        this.challenge = challenge;
        threads.execute(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + listening.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                SocketEnd end = new SocketEnd(listening.accept());
                int number = connections.incrementAndGet();
                open.incrementAndGet();
                threads.execute(() -> serve(end, number));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void serve(SocketEnd end, int number) {
        String name = null;
        try (end) {
            while (true) {
                String head = end.head();
                heads.add(head);
                String said = nameIn(head);
                name = said == null ? name : said;
                if (name == null && !head.startsWith("GET /open ")) {
                    end.says("HTTP/1.1 401 Unauthorized\r\n" + challenge + "\r\nContent-Length: 0\r\n\r\n");
                } else {
                    String text = (name == null ? "nobody" : name) + " on " + number;
                    end.says("HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n" + text);
                }
            }
        } catch (SocketException gone) {
            // reset
        } catch (IOException gone) {
            // closed between two requests
        } finally {
            open.decrementAndGet();
        }
    }

    private static @Nullable String nameIn(String head) {
        for (String line : head.split("\r\n", -1)) {
            String[] words = line.split(" ", -1);
            if (words.length == 3 && words[0].equalsIgnoreCase("authorization:")) {
                return words[2];
            }
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        listening.close();
        threads.shutdownNow();
    }
}
