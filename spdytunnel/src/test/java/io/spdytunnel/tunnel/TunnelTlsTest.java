package io.spdytunnel.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import io.spdytunnel.session.SessionLimits;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The TLS of both ends, without a network. */
class TunnelTlsTest {

    private static final int RECORD_HEADER_BYTES = 5;
    private static final int FRAME_HEADER_BYTES = 8;

    @TempDir
    private Path directory;

    /** Else a kept piece would hold a buffer of the next size of Netty's pool, 20 KiB. */
    @Test
    void aFullFrameOfDataIsARecordOfItsOwnAndThatTakesLessThanSixteenKibibytes() throws Exception {
        KeyStore key = TestCertificates.of(directory, "dns:localhost");
        EmbeddedChannel origin = new EmbeddedChannel(
                TunnelTls.forOrigin(TestCertificates.trusting(key), "localhost", 443, ByteBufAllocator.DEFAULT));
        EmbeddedChannel proxy = new EmbeddedChannel(TunnelTls.forProxy(
                TestCertificates.showing(key), ClientCertificate.AS_TLS_SAYS, ByteBufAllocator.DEFAULT));
        try {
            shakesHands(origin, proxy);
            int frame = FRAME_HEADER_BYTES + SessionLimits.TUNNEL.maxDataBytes();
            for (int i = 0; i < 3; i++) {
                var unused = origin.writeOneOutbound(Unpooled.buffer(frame).writeZero(frame));
            }
            origin.flushOutbound();

            assertThat(recordsOf(origin)).hasSize(3).allMatch(record -> record > frame && record <= 16 * 1024);
        } finally {
            origin.finishAndReleaseAll();
            proxy.finishAndReleaseAll();
        }
    }

    private static void shakesHands(EmbeddedChannel origin, EmbeddedChannel proxy) {
        boolean said = true;
        while (said) {
            said = passesOn(origin, proxy);
            said |= passesOn(proxy, origin);
        }
        assertThat(origin.pipeline().get(SslHandler.class).handshakeFuture().isSuccess())
                .isTrue();
    }

    private static boolean passesOn(EmbeddedChannel from, EmbeddedChannel to) {
        from.runPendingTasks();
        boolean said = false;
        for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            to.writeInbound(bytes);
            said = true;
        }
        return said;
    }

    /** How long each record is that the channel has written, header included. */
    private static List<Integer> recordsOf(EmbeddedChannel channel) {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
            all.writeBytes(bytes);
            bytes.release();
        }
        List<Integer> records = new ArrayList<>();
        while (all.isReadable()) {
            int length = RECORD_HEADER_BYTES + all.getUnsignedShort(all.readerIndex() + 3);
            records.add(length);
            all.skipBytes(length);
        }
        return records;
    }
}
