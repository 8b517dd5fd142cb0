package io.spdytunnel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.apache.camel.impl.DefaultCamelContext;

/** Shows a good certificate for localhost to the first who comes, and records what it says then. */
final class RecordingProxy implements AutoCloseable {

    private final SSLServerSocket listening;
    private final CompletableFuture<String> heard;

    RecordingProxy() throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        listening = (SSLServerSocket) TunnelRig.tls()
                .createSSLContext(context)
                .getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getByName("0.0.0.0"));
        heard = CompletableFuture.supplyAsync(this::record);
    }

    /** All that the origin has said, once it has hung up. */
    CompletableFuture<String> heard() {
        return heard;
    }

    int port() {
        return listening.getLocalPort();
    }

    private String record() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (SSLSocket origin = (SSLSocket) listening.accept()) {
            origin.setSoTimeout(5000);
            for (int next = origin.getInputStream().read();
                    next >= 0;
                    next = origin.getInputStream().read()) {
                bytes.write(next);
            }
        } catch (IOException refusedByTheOrigin) {
            return bytes.toString(ISO_8859_1);
        }
        return bytes.toString(ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
