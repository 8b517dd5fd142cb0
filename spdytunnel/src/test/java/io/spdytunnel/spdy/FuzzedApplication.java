package io.spdytunnel.spdy;

import io.netty.buffer.ByteBuf;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.Stream;
import io.spdytunnel.session.StreamEnd;
import io.spdytunnel.session.StreamListener;
import io.spdytunnel.session.StreamNotOpenedException;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.StreamStatus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What stands above a session that is fed nonsense: answers, asks, reads late, gives up, and minds its own manners, so
 * that whatever goes wrong is the session's doing.
 */
final class FuzzedApplication implements FuzzedSession.Application {

    private static final int MOST_OPENED = 12;
    private static final int LONGEST_PIECE = 1500;

    private final Random random;
    private final int mostRunning;
    private final List<Exchange> exchanges = new ArrayList<>();
    private int running;

    /** @param mostRunning what the session has announced */
    FuzzedApplication(Random random, int mostRunning) {
        this.random = random;
        this.mostRunning = mostRunning;
    }

    // ---- as origin

    @Override
    public StreamListener accept(Stream stream, HeaderBlock head, Fin fin) {
        Exchange exchange = new Exchange();
        exchange.stream = stream;
        exchanges.add(exchange);
        if (++running > mostRunning) {
            throw new AssertionError(running + " streams run, " + mostRunning + " were announced");
        }
        exchange.keepsPlace = random.nextInt(3) == 0;
        if (exchange.keepsPlace) {
            stream.keepPlace();
        }
        if (random.nextInt(8) == 0) {
            stream.reset(StreamStatus.CANCEL);
        } else if (random.nextBoolean()) {
            exchange.reply();
        }
        return exchange;
    }

    // ---- as proxy

    /** Opens the streams that the recorded origins speak of, and some more. */
    @Override
    public void opensStreams(Session session, int count) {
        for (int i = 0; i < count && exchanges.size() < MOST_OPENED; i++) {
            Exchange exchange = new Exchange();
            Fin fin = Fin.of(random.nextBoolean());
            exchange.replied = true; // may send at once (2.3.2)
            exchange.finished = fin.isLast();
            try {
                exchange.stream = session.open(InMemoryPeer.head(), fin, random.nextInt(8), exchange);
            } catch (StreamNotOpenedException full) {
                return;
            }
            running++;
            exchanges.add(exchange);
        }
    }

    // ---- either

    @Override
    public void goesOn() {
        for (int i = 0; i < exchanges.size(); i++) { // may grow meanwhile
            exchanges.get(i).goesOn();
        }
    }

    /** Reads what is left, and gives back every place. */
    @Override
    public void comesToAnEnd() {
        for (Exchange exchange : exchanges) {
            exchange.consumes(exchange.held.size());
            exchange.givesPlaceBack();
            if (!exchange.over) {
                throw new AssertionError("stream " + exchange.stream.id() + " never heard of its end");
            }
            if (exchange.unsent != 0) {
                throw new AssertionError(exchange.unsent + " bytes were neither sent nor dropped");
            }
        }
    }

    private final class Exchange implements StreamListener {

        private Stream stream;
        private final ArrayDeque<ByteBuf> held = new ArrayDeque<>();
        private boolean keepsPlace;
        private boolean replied;
        private boolean finished;
        private boolean over;
        private int unsent;

        private void goesOn() {
            if (random.nextInt(3) == 0) {
                consumes(random.nextInt(1 + held.size()));
            }
            if (!over) {
                goesOnTalking();
            } else if (random.nextBoolean()) {
                givesPlaceBack();
            }
        }

        private void goesOnTalking() {
            switch (random.nextInt(8)) {
                case 0 -> {
                    if (random.nextInt(6) == 0) {
                        stream.reset(StreamStatus.CANCEL);
                    }
                }
                case 1, 2 -> {
                    if (!replied) {
                        reply();
                    }
                }
                case 3, 4 -> {
                    if (mayTalk()) {
                        send(Fin.MORE);
                    }
                }
                case 5 -> {
                    if (mayTalk()) {
                        finished = true;
                        send(Fin.FIN);
                    }
                }
                case 6 -> {
                    if (mayTalk() && random.nextBoolean()) {
                        finished = true;
                        stream.sendTrailers(new HeaderBlock().add("x-checksum", "abc"));
                    }
                }
                default -> givesPlaceBack();
            }
        }

        private boolean mayTalk() {
            return replied && !finished && !over && unsent < 64 * 1024;
        }

        private void reply() {
            replied = true;
            finished = random.nextInt(3) == 0;
            stream.reply(new HeaderBlock().add(":status", "200").add(":version", "HTTP/1.1"), Fin.of(finished));
            if (mayTalk() && random.nextBoolean()) {
                send(Fin.MORE);
            }
        }

        private void send(Fin fin) {
            ByteBuf piece = InMemoryPeer.bytes(random.nextInt(LONGEST_PIECE));
            unsent += piece.readableBytes();
            stream.send(piece, fin);
        }

        private void consumes(int pieces) {
            for (int i = 0; i < pieces; i++) {
                ByteBuf piece = held.remove();
                int length = piece.readableBytes();
                piece.release();
                stream.consumed(length);
            }
        }

        private void givesPlaceBack() {
            if (keepsPlace) {
                keepsPlace = false;
                stream.givePlaceBack();
                freeIfOver();
            }
        }

        private void freeIfOver() {
            if (over && !keepsPlace) {
                running--;
            }
        }

        private void mustNotBeOver() {
            if (over) {
                throw new AssertionError("stream " + stream.id() + " heard something behind its end");
            }
        }

        @Override
        public void replied(HeaderBlock head, Fin fin) {
            mustNotBeOver();
        }

        @Override
        public void data(ByteBuf bytes, Fin fin) {
            mustNotBeOver();
            held.add(bytes.retain());
            if (random.nextBoolean()) {
                consumes(held.size());
            }
        }

        @Override
        public void headers(HeaderBlock headers, Fin fin) {
            mustNotBeOver();
            if (random.nextInt(10) == 0) {
                stream.reset(StreamStatus.CANCEL);
            }
        }

        @Override
        public void sent(int bytes) {
            mustNotBeOver();
            unsent -= bytes;
            if (unsent < 0) {
                throw new AssertionError("stream " + stream.id() + " was told of more than was sent");
            }
        }

        @Override
        public void ended(StreamEnd end) {
            mustNotBeOver();
            if (end.reason().contains("listener failed")) {
                throw new AssertionError(end.reason());
            }
            over = true;
            freeIfOver();
        }
    }
}
