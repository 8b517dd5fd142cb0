package io.spdytunnel.spdy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.Stream;
import io.spdytunnel.session.StreamAcceptor;
import io.spdytunnel.session.StreamEnd;
import io.spdytunnel.session.StreamListener;
import io.spdytunnel.session.StreamNotOpenedException;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import org.jspecify.annotations.Nullable;

/**
 * An initiator and a responder back to back, without sockets, TLS or threads. The responder answers each request with
 * a body of one size, pieces of 16 KiB of one and the same memory.
 */
final class TwoEnds implements AutoCloseable {

    private static final int PIECE = 16 * 1024;

    private final EmbeddedChannel proxy = channel();
    private final EmbeddedChannel origin = channel();
    private final ByteBuf content = PooledByteBufAllocator.DEFAULT.directBuffer(PIECE);
    private final Session initiator;
    private int running;
    private long received;

    /** @param bodyBytes of each answer */
    TwoEnds(int bodyBytes) {
        content.writeZero(PIECE);
        MemoryBudget budget = new MemoryBudget(1L << 30);
        initiator = SpdySession.start(proxy, Role.INITIATOR, SessionSettings.DEFAULT, budget, StreamAcceptor.NONE);
        SpdySession.start(origin, Role.RESPONDER, SessionSettings.DEFAULT, budget, (stream, head, fin) -> {
            stream.reply(new HeaderBlock().add(":status", "200 OK").add(":version", "HTTP/1.1"), Fin.MORE);
            Sender sender = new Sender(stream, bodyBytes);
            sender.sendSome();
            return sender;
        });
        carry();
    }

    private static EmbeddedChannel channel() {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAllocator(PooledByteBufAllocator.DEFAULT);
        return channel;
    }

    /** Opens so many streams at once and waits for all their answers. Returns the bytes received since the beginning. */
    long exchange(int streams, int priorities) throws StreamNotOpenedException {
        for (int i = 0; i < streams; i++) {
            Reader reader = new Reader();
            running++;
            reader.stream = initiator.open(
                    new HeaderBlock()
                            .add(":method", "GET")
                            .add(":path", "/")
                            .add(":version", "HTTP/1.1")
                            .add(":host", "shop42.example.com")
                            .add(":scheme", "https"),
                    Fin.FIN,
                    i % priorities,
                    reader);
        }
        while (running > 0) {
            carry();
        }
        return received;
    }

    private void carry() {
        carry(proxy, origin);
        carry(origin, proxy);
    }

    private static void carry(EmbeddedChannel from, EmbeddedChannel to) {
        from.runPendingTasks();
        for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            to.writeInbound(bytes);
        }
    }

    @Override
    public void close() {
        proxy.finishAndReleaseAll();
        origin.finishAndReleaseAll();
        content.release();
    }

    private abstract static class Deaf implements StreamListener {
        @Override
        public void replied(HeaderBlock head, Fin fin) {}

        @Override
        public void data(ByteBuf bytes, Fin fin) {}

        @Override
        public void headers(HeaderBlock headers, Fin fin) {}

        @Override
        public void sent(int bytes) {}

        @Override
        public void ended(StreamEnd end) {}
    }

    /** Sends as much as a source with 64 KiB of credit would. */
    private final class Sender extends Deaf {
        private final Stream stream;
        private int left;
        private int underWay;

        Sender(Stream stream, int bodyBytes) {
            this.stream = stream;
            this.left = bodyBytes;
        }

        void sendSome() {
            while (left > 0 && underWay < 4 * PIECE) {
                int length = Math.min(left, PIECE);
                left -= length;
                underWay += length;
                stream.send(content.retainedSlice(0, length), Fin.of(left == 0));
            }
        }

        @Override
        public void sent(int bytes) {
            underWay -= bytes;
            sendSome();
        }
    }

    private final class Reader extends Deaf {
        private @Nullable Stream stream;

        @Override
        public void data(ByteBuf bytes, Fin fin) {
            received += bytes.readableBytes();
            if (stream != null) {
                stream.consumed(bytes.readableBytes());
            }
        }

        @Override
        public void ended(StreamEnd end) {
            running--;
        }
    }
}
