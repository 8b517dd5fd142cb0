package io.spdytunnel.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.Stream;
import io.spdytunnel.session.StreamListener;
import io.spdytunnel.spdy.FuzzedSession;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * HTTP on a session that is fed nonsense, and an application above it: it answers, echoes, reads late, gives up, pushes,
 * lets bodies break off, and minds its own manners.
 */
final class FuzzedHttp implements FuzzedSession.Application {

    private static final int MOST_CALLS = 12;

    private final Random random;
    private final int mostRunning;
    private final ByteBufAllocator buffers;
    private final HttpCallSettings settings;
    private final HttpServing serving;
    private final List<Served> served = new ArrayList<>();
    private final List<Called> called = new ArrayList<>();
    private final List<Reader> readers = new ArrayList<>();
    private final List<Writer> writers = new ArrayList<>();
    private int running;

    FuzzedHttp(Random random, int mostRunning, ByteBufAllocator buffers) {
        this.random = random;
        this.mostRunning = mostRunning;
        this.buffers = buffers;
        long limit = random.nextInt(4) == 0 ? 500 : 0;
        settings = new HttpCallSettings(Duration.ofSeconds(2), Duration.ofSeconds(2), limit, limit);
        Arrival arrival = random.nextBoolean() ? new Arrival(null, null, true) : null;
        serving = new HttpServing(this::handle, settings, arrival, head -> RequestObserver.NONE);
    }

    private ByteBuf piece() {
        return buffers.buffer().writeZero(random.nextInt(1500));
    }

    // ---- as origin

    @Override
    public StreamListener accept(Stream stream, HeaderBlock head, Fin fin) {
        return new Watched(serving.accept(stream, head, fin));
    }

    private void handle(IncomingRequest request) {
        if (++running > mostRunning) {
            throw new AssertionError(running + " requests run, " + mostRunning + " were announced");
        }
        Served begun = new Served(request);
        served.add(begun);
        if (random.nextBoolean()) {
            begun.goesOn();
        }
    }

    /** One request, until it is answered and its end was heard of. */
    private final class Served {

        private final IncomingRequest request;
        private final boolean isPush;
        private boolean answered;
        private boolean ended;

        Served(IncomingRequest request) {
            this.request = request;
            this.isPush = request instanceof PushedRequest;
            request.ended().whenComplete((done, cut) -> {
                if (ended) {
                    throw new AssertionError("a request ended twice");
                }
                ended = true;
            });
        }

        void goesOn() {
            if (!answered) {
                answers();
            }
        }

        private void answers() {
            switch (random.nextInt(7)) {
                case 0 -> answer(HttpBody.of(piece()));
                case 1 -> answer(HttpBody.empty());
                case 2 -> answer(new Writer().body);
                case 3 -> {
                    if (request.body().isUntouched()) {
                        answer(request.body());
                    }
                }
                case 4 -> read(request.body());
                case 5 -> push();
                default -> {
                    if (random.nextBoolean()) {
                        request.body().abandon("not wanted");
                    }
                }
            }
        }

        private void push() {
            if (!isPush && request.takesPushes()) {
                var unused = request.push(get()).thenAccept(pushed -> served.add(new Served(pushed)));
            }
        }

        private void answer(HttpBody body) {
            answered = true;
            if (!isPush) {
                running--;
            }
            request.respond(answerHead(), body);
        }

        void comesToAnEnd() {
            if (!answered) {
                answer(HttpBody.empty());
            }
            request.body().abandon("all is over");
            if (!ended) {
                throw new AssertionError("a request never heard of its end");
            }
        }
    }

    private HttpResponse answerHead() {
        int[] statuses = {200, 200, 200, 204, 304, 404, 500};
        HttpResponseStatus status = HttpResponseStatus.valueOf(statuses[random.nextInt(statuses.length)]);
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status);
        if (random.nextInt(6) == 0) {
            head.headers().set(HttpHeaderNames.CONTENT_LENGTH, random.nextInt(2000));
        }
        return head;
    }

    private static HttpRequest get() {
        HttpRequest get = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/style.css");
        get.headers().set(HttpHeaderNames.HOST, "shop.example");
        return get;
    }

    // ---- as proxy

    @Override
    public void opensStreams(Session session, int count) {
        for (int i = 0; i < count && called.size() < MOST_CALLS; i++) {
            HttpRequest head = get().setMethod(random.nextBoolean() ? HttpMethod.GET : HttpMethod.POST);
            HttpBody body =
                    switch (random.nextInt(3)) {
                        case 0 -> HttpBody.empty();
                        case 1 -> HttpBody.of(piece());
                        default -> new Writer().body;
                    };
            Called call = new Called(body);
            called.add(call);
            call.call = new HttpCalls(settings)
                    .send(
                            new WatchedSession(session),
                            new OutgoingRequest(head, body, "http", random.nextInt(8)),
                            call);
        }
    }

    /** One call, which hears of an answer or of a failure, and of its end. */
    private final class Called implements ResponseListener {

        private final HttpBody body;
        private HttpCalls.@Nullable Call call;
        private boolean told;
        private boolean over;

        Called(HttpBody body) {
            this.body = body;
        }

        private void tell() {
            if (told || over) {
                throw new AssertionError("an answer behind another, or behind the end");
            }
            told = true;
        }

        @Override
        public void responded(HttpResponse head, HttpBody answer) {
            tell();
            switch (random.nextInt(4)) {
                case 0 -> answer.abandon("not wanted");
                case 1 -> readers.add(new Reader(answer)); // later
                default -> read(answer);
            }
        }

        @Override
        public void failed(TunnelFailure failure) {
            tell();
        }

        @Override
        public @Nullable ResponseListener pushed(HttpRequest request, HttpCalls.Call push) {
            if (random.nextInt(3) == 0) {
                return null;
            }
            Called taken = new Called(HttpBody.empty());
            taken.call = push;
            called.add(taken);
            return taken;
        }

        @Override
        public void over() {
            if (over) {
                throw new AssertionError("a call was over twice");
            }
            over = true;
        }

        void goesOn() {
            HttpCalls.Call begun = call;
            if (begun != null && random.nextInt(20) == 0) {
                begun.cancel("not wanted");
            }
        }

        void comesToAnEnd() {
            body.abandon("all is over");
            if (!told || !over) {
                throw new AssertionError("a call without " + (told ? "an end" : "an answer"));
            }
        }
    }

    // ---- either

    @Override
    public void goesOn() {
        for (int i = 0; i < served.size(); i++) { // may grow meanwhile
            served.get(i).goesOn();
        }
        called.forEach(Called::goesOn);
        readers.forEach(Reader::goesOn);
        writers.forEach(Writer::goesOn);
    }

    @Override
    public void comesToAnEnd() {
        for (int i = 0; i < served.size(); i++) {
            served.get(i).comesToAnEnd();
        }
        called.forEach(Called::comesToAnEnd);
        readers.forEach(Reader::comesToAnEnd);
        writers.forEach(Writer::comesToAnEnd);
    }

    private void read(HttpBody body) {
        if (body.isUntouched()) {
            Reader reader = new Reader(body);
            readers.add(reader);
            reader.begins();
        }
    }

    /** Takes a body piece by piece, and lets go of it when it likes. */
    private final class Reader implements BodySink {

        private final HttpBody body;
        private final ArrayDeque<ByteBuf> held = new ArrayDeque<>();
        private boolean begun;
        private boolean ended;

        Reader(HttpBody body) {
            this.body = body;
        }

        void begins() {
            begun = true;
            body.pipeTo(this);
        }

        @Override
        public void data(ByteBuf bytes) {
            if (ended) {
                throw new AssertionError("a piece behind the end");
            }
            held.add(bytes);
        }

        @Override
        public void end(HttpHeaders trailers) {
            mustBeFirst();
        }

        @Override
        public void failed(IOException cause) {
            mustBeFirst();
        }

        private void mustBeFirst() {
            if (ended) {
                throw new AssertionError("a body ended twice");
            }
            ended = true;
        }

        void goesOn() {
            if (!begun && random.nextInt(4) == 0 && body.isUntouched()) {
                begins();
            }
            for (int i = random.nextInt(3); i > 0 && !held.isEmpty(); i--) {
                letsGo();
            }
            if (random.nextInt(20) == 0) {
                body.abandon("read enough");
            }
        }

        private void letsGo() {
            ByteBuf piece = held.remove();
            int size = piece.readableBytes();
            piece.release();
            body.consumed(size);
        }

        void comesToAnEnd() {
            while (!held.isEmpty()) {
                letsGo();
            }
            body.abandon("all is over");
        }
    }

    /** Brings a body piece by piece, as far as it is let, and may break off. */
    private final class Writer implements HttpBody.Source {

        private final HttpBody body;
        private int left = 3000;
        private boolean wanted;
        private boolean over;

        Writer() {
            body = new HttpBody(random.nextInt(3) == 0 ? random.nextInt(3000) : HttpBody.UNKNOWN_LENGTH, this);
            writers.add(this);
        }

        @Override
        public void wanted() {
            wanted = true;
        }

        @Override
        public void consumed(int bytes) {
            left += bytes;
            if (left > 3000) {
                throw new AssertionError("more was consumed than was offered");
            }
        }

        @Override
        public void abandoned(String why) {
            over = true;
        }

        void goesOn() {
            if (over || !wanted) {
                return;
            }
            switch (random.nextInt(8)) {
                case 0 -> {
                    over = true;
                    body.fail(new IOException("broke off"));
                }
                case 1 -> {
                    over = true;
                    body.finish(EmptyHttpHeaders.INSTANCE);
                }
                case 2 -> {
                    over = true;
                    body.finish(new DefaultHttpHeaders().add("x-checksum", "abc"));
                }
                case 3, 4 -> offers();
                default -> {}
            }
        }

        private void offers() {
            ByteBuf piece = piece();
            if (piece.readableBytes() > left) {
                piece.release();
            } else {
                left -= piece.readableBytes();
                body.offer(piece);
            }
        }

        void comesToAnEnd() {
            body.abandon("all is over");
            if (left != 3000) {
                throw new AssertionError(3000 - left + " bytes of a body were never let go");
            }
        }
    }
}
