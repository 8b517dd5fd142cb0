package io.spdytunnel.spdy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.Stream;
import io.spdytunnel.session.StreamAcceptor;
import io.spdytunnel.session.StreamListener;
import io.spdytunnel.session.StreamNotOpenedException;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.StreamStatus;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What real sessions said, for tests that say it again, changed. Some were held between both ends of this project,
 * others are written down as foreign ends would speak: blocks compressed, settings changed on the way.
 */
public final class RecordedSessions {

    private RecordedSessions() {}

    /** What was said to an end of this role, each as a list of frames. */
    public static List<List<byte[]>> to(Role role) {
        List<List<byte[]>> sessions = new ArrayList<>();
        for (int seed = 1; seed <= 4; seed++) {
            Recorder recorder = new Recorder(new Random(seed));
            recorder.run();
            sessions.add(SpdyBytes.frames(
                    (role == Role.RESPONDER ? recorder.fromProxy : recorder.fromOrigin).toByteArray()));
        }
        for (SpdyBytes foreign : role == Role.RESPONDER ? foreignProxies() : foreignOrigins()) {
            sessions.add(SpdyBytes.frames(foreign.toByteArray()));
        }
        return sessions;
    }

    private static List<SpdyBytes> foreignProxies() {
        return List.of(
                new SpdyBytes()
                        .settings(4, 100, 7, 30_000)
                        .windowUpdate(0, 1 << 20)
                        .get(1)
                        .post(3, 700)
                        .data(3, false, new byte[300])
                        .ping(1)
                        .windowUpdate(1, 5000)
                        .data(3, false, new byte[0])
                        .data(3, true, new byte[400])
                        .settings(7, 100)
                        .get(5)
                        .get(7)
                        .windowUpdate(5, 2000)
                        .reset(5, 5)
                        .settings(7, 200_000)
                        .ping(3),
                new SpdyBytes()
                        .post(1, 20)
                        .control(77, 0, new byte[30])
                        .headers(1, false, "x-early", "1")
                        .data(1, false, new byte[20])
                        .headers(1, true, "x-checksum", "abc", "x-two", "1\0002")
                        .push(3, 0, ":path", "/x")
                        .get(5)
                        .get(9)
                        .windowUpdate(1, 1)
                        .goAway(0, 0));
    }

    private static List<SpdyBytes> foreignOrigins() {
        return List.of(
                new SpdyBytes()
                        .settings(4, 3, 7, 100)
                        .windowUpdate(0, 1 << 20)
                        .reply(1, false)
                        .data(1, false, new byte[3000])
                        .ping(2)
                        .windowUpdate(3, 600)
                        .reply(3, true)
                        .data(1, true, new byte[10])
                        .settings(4, 50, 7, 5000)
                        .reply(5, false)
                        .headers(5, true, "x-checksum", "abc")
                        .reset(7, 3)
                        .goAway(9, 0)
                        .reply(9, true),
                new SpdyBytes()
                        .reply(1, false)
                        .push(2, 1, ":scheme", "http", ":host", "shop.example", ":path", "/style.css")
                        .data(2, true, new byte[50])
                        .data(1, false, new byte[0])
                        .headers(1, false, "x-note", "halfway")
                        .control(8, 0, new byte[4])
                        .data(1, true, new byte[2000])
                        .reset(3, 6)
                        .ping(4));
    }

    /** Both ends of this project, a wire between them, and a note of all that went over it. */
    private static final class Recorder {

        private static final HeaderBlock OK = new HeaderBlock()
                .add(":status", "200 OK")
                .add(":version", "HTTP/1.1")
                .add("content-type", "text/plain");

        private final UnpooledByteBufAllocator buffers = new UnpooledByteBufAllocator(false, true);
        private final MemoryBudget budget = new MemoryBudget(8L * 1024 * 1024);
        private final ByteArrayOutputStream fromProxy = new ByteArrayOutputStream();
        private final ByteArrayOutputStream fromOrigin = new ByteArrayOutputStream();
        private final EmbeddedChannel proxy = channel();
        private final EmbeddedChannel origin = channel();
        private final Random random;

        Recorder(Random random) {
            this.random = random;
        }

        private EmbeddedChannel channel() {
            EmbeddedChannel channel = new EmbeddedChannel();
            channel.config().setAllocator(buffers);
            channel.freezeTime();
            return channel;
        }

        void run() {
            Session initiator =
                    SpdySession.start(proxy, Role.INITIATOR, SessionSettings.DEFAULT, budget, StreamAcceptor.NONE);
            Session responder =
                    SpdySession.start(origin, Role.RESPONDER, SessionSettings.DEFAULT, budget, this::answer);
            carry();
            for (int i = 0; i < 7; i++) {
                ask(initiator, i);
                if (random.nextBoolean()) {
                    carry();
                }
            }
            initiator.ping();
            responder.ping();
            carry();
            (random.nextBoolean() ? initiator : responder).drain(Duration.ofSeconds(1));
            carry();
            proxy.finishAndReleaseAll();
            origin.finishAndReleaseAll();
        }

        private void ask(Session initiator, int number) {
            HeaderBlock head = new HeaderBlock()
                    .add(":method", number % 2 == 0 ? "GET" : "POST")
                    .add(":path", "/" + number)
                    .add(":version", "HTTP/1.1")
                    .add(":host", "shop.example")
                    .add(":scheme", "http");
            Reader reader = new Reader();
            try {
                Stream stream = initiator.open(head, Fin.of(number % 2 == 0), number % 8, reader);
                reader.on(stream);
                if (number % 2 == 1) {
                    stream.send(InMemoryPeer.bytes(random.nextInt(700)), Fin.MORE);
                    stream.send(InMemoryPeer.bytes(random.nextInt(700)), Fin.FIN);
                }
                if (number == 4) {
                    stream.reset(StreamStatus.CANCEL);
                }
            } catch (StreamNotOpenedException full) {
                throw new IllegalStateException(full);
            }
        }

        private StreamListener answer(Stream stream, HeaderBlock head, Fin fin) {
            switch (random.nextInt(4)) {
                case 0 -> stream.reply(OK, Fin.FIN);
                case 1 -> {
                    stream.reply(OK, Fin.MORE);
                    stream.send(InMemoryPeer.bytes(1 + random.nextInt(900)), Fin.MORE);
                    stream.sendTrailers(new HeaderBlock().add("x-checksum", "abc"));
                }
                case 2 -> {
                    stream.reply(OK, Fin.MORE);
                    stream.send(InMemoryPeer.bytes(random.nextInt(900)), Fin.FIN);
                }
                default -> stream.reset(StreamStatus.INTERNAL_ERROR);
            }
            return new Reader().on(stream);
        }

        private void carry() {
            boolean moved = true;
            while (moved) {
                boolean down = carry(proxy, origin, fromProxy);
                moved = carry(origin, proxy, fromOrigin) || down;
            }
        }

        private static boolean carry(EmbeddedChannel from, EmbeddedChannel to, ByteArrayOutputStream note) {
            from.runPendingTasks();
            boolean any = false;
            for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
                any = true;
                byte[] said = ByteBufUtil.getBytes(bytes);
                bytes.release();
                note.writeBytes(said);
                if (to.isOpen()) {
                    to.writeInbound(Unpooled.wrappedBuffer(said));
                }
            }
            return any;
        }
    }

    /** Consumes at once. */
    private static final class Reader extends RecordingListener {
        @Override
        public Reader on(Stream stream) {
            super.on(stream);
            return this;
        }

        @Override
        public void data(ByteBuf bytes, Fin fin) {
            super.data(bytes, fin);
            consumesAll();
        }
    }
}
