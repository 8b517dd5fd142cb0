package io.spdytunnel.examples.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An end of a tunnel that registers, or lets register, as it should, and from then on says the same frames for ever. */
final class HostileEnd {

    private static final Logger LOG = LoggerFactory.getLogger(HostileEnd.class);

    private final SSLContext tls;

    /** @param directory where {@link Programs} keeps the proxy's key and the origins' trust */
    HostileEnd(Path directory) throws GeneralSecurityException, IOException {
        char[] password = Programs.PASSWORD.toCharArray();
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store(directory.resolve("proxy.p12"), password), password);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store(directory.resolve("origin-trust.p12"), password));
        tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    }

    private static KeyStore store(Path file, char[] password) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, password);
        }
        return store;
    }

    SSLContext tls() {
        return tls;
    }

    /** A TLS connection to a tunnel port, not registered. */
    SSLSocket connect(int port) throws IOException {
        Socket plain = new Socket();
        plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
        plain.setSoTimeout(5_000);
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, "localhost", port, true);
        socket.startHandshake();
        return socket;
    }

    /** Registers as an origin of this name. */
    SSLSocket register(int port, String name) throws IOException {
        SSLSocket socket = connect(port);
        socket.getOutputStream()
                .write(("PUT /" + name + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + Programs.TOKEN
                                + "\r\nContent-Length: 0\r\n\r\n")
                        .getBytes(ISO_8859_1));
        String answer = readHead(socket);
        if (!answer.startsWith("HTTP/1.1 200 ")) {
            throw new IOException(
                    "registration refused: " + answer.lines().findFirst().orElse(""));
        }
        return socket;
    }

    /** Takes an origin's registration, as a proxy does. */
    static void acceptRegistration(Socket socket) throws IOException {
        readHead(socket);
        socket.getOutputStream()
                .write("HTTP/1.1 200 Connection Established\r\nContent-Length: 0\r\n\r\n".getBytes(ISO_8859_1));
    }

    private static String readHead(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("hung up after: " + head.length() + " characters");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    // ---- frames

    /** What is said in one write, over and over; the streams' ids may have to go up. */
    @FunctionalInterface
    interface Frames {
        void add(ByteBuffer out, int number);
    }

    static void control(ByteBuffer out, int type, int... numbers) {
        out.putInt(0x80030000 | type).putInt(4 * numbers.length);
        for (int number : numbers) {
            out.putInt(number);
        }
    }

    /** SYN_STREAM with FIN and an empty block. */
    static void synStream(ByteBuffer out, int id) {
        out.putInt(0x80030001).putInt((1 << 24) | 10).putInt(id).putInt(0).putShort((short) 0);
    }

    static void data(ByteBuffer out, int id, int length) {
        out.putInt(id).putInt(length).put(new byte[length]);
    }

    /** Writes until the other end has enough, or the time is over; reads nothing. Returns how many frames that were. */
    static long flood(Socket socket, Frames frames, long until) {
        long said = 0;
        int number = 0;
        ByteBuffer batch = ByteBuffer.allocate(16 * 1024);
        try (socket) {
            while (System.nanoTime() < until) {
                batch.clear();
                while (batch.remaining() > 100) {
                    frames.add(batch, number++);
                    said++;
                }
                socket.getOutputStream().write(batch.array(), 0, batch.position());
            }
        } catch (IOException closed) {
            LOG.trace("closed after {} frames: {}", said, closed.getMessage()); // as it should be
        }
        return said;
    }
}
