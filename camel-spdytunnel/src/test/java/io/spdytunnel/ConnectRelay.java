package io.spdytunnel;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;

/**
 * A port on loopback that leads to one target by a secure web proxy's CONNECT. Who connects to it speaks with the
 * target, and need not know how to use a proxy.
 */
final class ConnectRelay implements AutoCloseable {

    /** Both directions of a granted CONNECT. */
    interface Connected extends Closeable {

        InputStream in();

        void sends(byte[] bytes) throws IOException;

        void saysItsLast() throws IOException;
    }

    /** Gets a CONNECT granted. */
    interface Way {
        Connected connects() throws Exception;
    }

    private final ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final Way way;
    private final List<Closeable> open = new CopyOnWriteArrayList<>();
    private volatile @Nullable Exception failure;

    ConnectRelay(Way way) throws IOException {
        this.way = way;
        begins(this::accept);
    }

    /** By HTTP/1.1 over TLS. */
    static Way http1(int proxy, String target) {
        return () -> {
            SSLSocketFactory factory =
                    TunnelRig.tls().createSSLContext(new DefaultCamelContext()).getSocketFactory();
            SSLSocket socket = (SSLSocket) factory.createSocket("localhost", proxy);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"http/1.1"});
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            SocketEnd end = new SocketEnd(socket);
            String head = end.says("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n")
                    .head();
            if (!head.startsWith("HTTP/1.1 200 ")) {
                throw new IOException(head);
            }
            return connected(socket, end);
        };
    }

    private static Connected connected(SSLSocket socket, SocketEnd end) {
        return new Connected() {
            @Override
            public InputStream in() {
                return end.in();
            }

            @Override
            public void sends(byte[] bytes) throws IOException {
                end.sends(bytes);
            }

            @Override
            public void saysItsLast() throws IOException {
                end.saysItsLast();
            }

            @Override
            public void close() throws IOException {
                socket.close();
            }
        };
    }

    /** On a stream of a visit by SPDY. */
    static Way spdy(SpdyVisit visit, String target) {
        return () -> {
            SpokenBody fed = new SpokenBody();
            SpdyVisit.Answer answer = visit.asksForRaw("CONNECT", target, fed.body());
            if (answer.head().status().code() != 200) {
                throw new IOException(answer.head().status() + " " + answer.text());
            }
            InputStream in = answer.body();
            return new Connected() {
                @Override
                public InputStream in() {
                    return in;
                }

                @Override
                public void sends(byte[] bytes) {
                    fed.says(bytes);
                }

                @Override
                public void saysItsLast() {
                    fed.ends();
                }

                @Override
                public void close() throws IOException {
                    in.close();
                }
            };
        };
    }

    @Nullable
    Exception failure() {
        return failure;
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept() throws Exception {
        Socket socket = listening.accept();
        open.add(socket);
        Connected connected = way.connects();
        open.add(connected);
        begins(() -> {
            byte[] piece = new byte[16 * 1024];
            for (int read = socket.getInputStream().read(piece);
                    read > 0;
                    read = socket.getInputStream().read(piece)) {
                connected.sends(Arrays.copyOf(piece, read));
            }
            connected.saysItsLast();
        });
        connected.in().transferTo(socket.getOutputStream());
        socket.shutdownOutput();
    }

    private interface Step {
        void run() throws Exception;
    }

    private void begins(Step step) {
        Thread thread = new Thread(
                () -> {
                    try {
                        step.run();
                    } catch (Exception ended) {
                        failure = ended; // at the latest when the relay is closed; the visitor hears of it by silence
                    }
                },
                "connect-relay");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Closeable one : open) {
            one.close();
        }
    }
}
