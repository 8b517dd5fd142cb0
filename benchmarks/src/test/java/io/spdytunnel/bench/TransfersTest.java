package io.spdytunnel.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is read of an answer, and what of an upload has gone. */
class TransfersTest {

    private static final long LATER = System.nanoTime() + 60_000_000_000L;
    private static final long OVER = System.nanoTime() - 1;

    private static InputStream says(String answer) {
        return new ByteArrayInputStream(answer.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void aWholeBodyIsCounted() throws Exception {
        assertThat(Transfers.readAnswer(says("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"), LATER))
                .isEqualTo(5);
        assertThat(Transfers.readAnswer(
                        says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"),
                        LATER))
                .isEqualTo(5);
    }

    @Test
    void aBodyThatIsNotWholeFails() {
        assertThatThrownBy(() -> Transfers.readAnswer(says("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello"), LATER))
                .isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> Transfers.readAnswer(says("HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n"), LATER))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("502");
    }

    @Test
    void aBodyThatTakesTooLongIsCountedAsFarAsItCame() throws Exception {
        assertThat(Transfers.readAnswer(says("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello"), OVER))
                .isZero();
        assertThat(Transfers.readAnswer(says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel"), OVER))
                .isZero();
    }

    /** Else one contestant that stalls would hold the whole run. */
    @Test
    void anUploadThatNobodyReadsIsCutAndCountedAsFarAsItWent() throws Exception {
        try (ServerSocket neverReads = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Site site = new Site("127.0.0.1", neverReads.getLocalPort());
            CompletableFuture<Double> rate = CompletableFuture.supplyAsync(() -> {
                try {
                    return Transfers.up(site, 1L << 40, TimeUnit.MILLISECONDS.toNanos(100));
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            });

            assertThat(rate).succeedsWithin(Duration.ofSeconds(10));
            assertThat(rate.join()).isPositive();
        }
    }
}
