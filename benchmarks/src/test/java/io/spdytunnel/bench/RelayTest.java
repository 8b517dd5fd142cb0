package io.spdytunnel.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RelayTest {

    private static final int DELAY = 100;

    private final ServerSocket service = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final Relay relay = new Relay(service.getLocalPort());
    private final Socket near = new Socket();
    private Socket far = new Socket();

    RelayTest() throws IOException, InterruptedException {}

    @BeforeEach
    void connect() throws IOException {
        near.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), relay.port()), 5000);
        service.setSoTimeout(5000);
        far = service.accept();
        near.setSoTimeout(10_000);
        far.setSoTimeout(10_000);
    }

    @AfterEach
    void close() throws IOException {
        near.close();
        far.close();
        relay.close();
        service.close();
    }

    @Test
    void everyByteIsDelayedInBothDirections() throws IOException {
        relay.delay(DELAY);
        long begin = System.nanoTime();

        near.getOutputStream().write(1);
        assertThat(far.getInputStream().read()).isEqualTo(1);
        far.getOutputStream().write(2);
        assertThat(near.getInputStream().read()).isEqualTo(2);

        assertThat(millisSince(begin)).isGreaterThanOrEqualTo(2 * DELAY);
    }

    @RepeatedTest(5)
    void bytesFollowEachOtherWithoutWaiting() throws IOException {
        relay.delay(DELAY);
        byte[] much = new byte[32 << 20];
        for (int i = 0; i < much.length; i++) {
            much[i] = (byte) ((i * 31) >> 8);
        }
        long begin = System.nanoTime();

        var writing = CompletableFuture.runAsync(() -> {
            try {
                near.getOutputStream().write(much);
                near.shutdownOutput();
            } catch (IOException cut) {
                throw new IllegalStateException(cut);
            }
        });

        assertThat(Arrays.equals(far.getInputStream().readAllBytes(), much)).isTrue();
        writing.join();
        // One after the other 64 KiB pieces would take 51 s.
        assertThat(millisSince(begin)).isBetween((long) DELAY, 20_000L);
    }

    @Test
    void endOfOneDirectionIsPassedOnLateAndTheOtherGoesOn() throws IOException {
        relay.delay(DELAY);
        long begin = System.nanoTime();
        near.shutdownOutput();

        assertThat(far.getInputStream().read()).isEqualTo(-1);
        assertThat(millisSince(begin)).isGreaterThanOrEqualTo(DELAY);
        far.getOutputStream().write(3);
        assertThat(near.getInputStream().read()).isEqualTo(3);
        far.shutdownOutput();
        assertThat(near.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void bothMayEndAtOnceAndNothingIsLost() throws IOException {
        relay.delay(DELAY);
        near.getOutputStream().write(new byte[100_000]);
        near.shutdownOutput();
        far.getOutputStream().write(new byte[200_000]);
        far.shutdownOutput();

        assertThat(far.getInputStream().readAllBytes()).hasSize(100_000);
        assertThat(near.getInputStream().readAllBytes()).hasSize(200_000);
    }

    @Test
    void whoDoesNotReadStopsWhoSends() throws Exception {
        byte[] piece = new byte[1 << 20];
        OutputStream out = near.getOutputStream();
        CompletableFuture<Integer> endless = new CompletableFuture<>();
        Thread writing = new Thread(() -> {
            try {
                for (int sent = 0; sent < 512; sent++) {
                    out.write(piece);
                }
                endless.complete(512);
            } catch (IOException closed) {
                endless.completeExceptionally(closed);
            }
        });
        writing.start();

        // The relay and the kernel have taken what they may; then nothing moves, until all is read.
        assertThat(endless).failsWithin(3, TimeUnit.SECONDS);
        assertThat(endless).isNotDone();
        far.getInputStream().skipNBytes(512L << 20);
        assertThat(endless).succeedsWithin(30, TimeUnit.SECONDS);
        writing.join(10_000);
    }

    @Test
    void newDelayIsForWhatIsSentFromThenOn() throws IOException {
        relay.delay(60_000);
        near.getOutputStream().write(1);
        far.setSoTimeout(300);

        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> far.getInputStream().read())
                .isInstanceOf(SocketTimeoutException.class);

        relay.delay(0);
        far.getOutputStream().write(2);
        assertThat(near.getInputStream().read()).isEqualTo(2);
    }

    private static long millisSince(long begin) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    }
}
