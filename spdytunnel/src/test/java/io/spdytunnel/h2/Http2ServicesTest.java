package io.spdytunnel.h2;

import static io.spdytunnel.h2.ServiceRig.body;
import static io.spdytunnel.h2.ServiceRig.head;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.spdytunnel.front.VisitorProtocol;
import io.spdytunnel.front.VisitorServer;
import io.spdytunnel.front.VisitorServerSettings;
import io.spdytunnel.h2.ServiceRig.Heard;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.HttpHandler;
import io.spdytunnel.http.IncomingRequest;
import io.spdytunnel.http.OutcomeUnknown;
import io.spdytunnel.http.RequestCut;
import io.spdytunnel.http.RequestNotSent;
import io.spdytunnel.http.TunnelFailure;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.testing.FreePorts;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests to a service that speaks HTTP/2 with prior knowledge. */
class Http2ServicesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int DATA = 0;
    static final int HEADERS = 1;
    static final int END_HEADERS = 4;
    static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    /** ":status: 200" in HPACK. */
    static final int OK = 0x88;

    static final int RST_STREAM = 3;
    static final int REFUSED_STREAM = 7;

    private final EventLoopGroup serviceLoops = new NioEventLoopGroup(1);
    private final BlockingQueue<IncomingRequest> arrived = new LinkedBlockingQueue<>();
    private VisitorServer service;
    private ServiceRig rig;
    private ServerSocket listening;
    private volatile HttpHandler handler = arrived::add;

    private ServiceRig serves(VisitorServerSettings settings) throws IOException {
        service = VisitorServer.bind(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                settings.withProtocols(Set.of(VisitorProtocol.HTTP_2)),
                serviceLoops,
                new MemoryBudget(64L * 1024 * 1024),
                null,
                request -> handler.handle(request));
        rig = new ServiceRig(service.localAddress().getPort(), PATIENCE);
        return rig;
    }

    private ServiceRig serves() throws IOException {
        return serves(VisitorServerSettings.DEFAULT);
    }

    @AfterEach
    void close() throws IOException {
        rig.close();
        if (listening != null) {
            listening.close();
        }
        if (service != null) {
            service.close(Duration.ZERO)
                    .toCompletableFuture()
                    .orTimeout(10, TimeUnit.SECONDS)
                    .join();
        }
        serviceLoops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        assertThat(rig.budget.used()).isZero();
    }

    private IncomingRequest arrival() throws InterruptedException {
        return arrived.poll(10, TimeUnit.SECONDS);
    }

    @Test
    void manyRequestsShareOneConnection() throws Exception {
        serves();
        List<Heard> calls = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            calls.add(rig.gets("/" + i));
        }
        for (int i = 0; i < 50; i++) {
            IncomingRequest request = arrival();
            request.respond(head(200), body("answer to " + request.head().uri()));
        }
        for (int i = 0; i < 50; i++) {
            assertThat(calls.get(i).text()).isEqualTo("answer to /" + i);
        }
        assertThat(service.connections()).isEqualTo(1);
    }

    /** A service could take whoever is on a connection for the one who logged in on it. */
    @Test
    void credentialsOfAConnectionNeverGoWhereOthersRequestsGo() throws Exception {
        serves();
        Heard before = rig.gets("/");
        arrival().respond(head(200), HttpBody.empty());
        assertThat(before.status()).isEqualTo(200);

        Heard login = rig.sends(HttpMethod.GET, "/", HttpBody.empty(), "authorization", "negotiate abc");
        IncomingRequest request = arrival();

        assertThat(service.connections()).isEqualTo(2);
        HttpResponse challenge = head(401);
        challenge.headers().set("www-authenticate", "Negotiate");
        request.respond(challenge, HttpBody.empty());
        assertThat(login.answer.get(10, TimeUnit.SECONDS).head().headers().get("www-authenticate"))
                .isEqualTo("Negotiate");
        await().atMost(PATIENCE).until(() -> service.connections() == 1);
        Heard behind = rig.gets("/");
        arrival().respond(head(200), HttpBody.empty());
        assertThat(behind.status()).isEqualTo(200);
        assertThat(service.connections()).isEqualTo(1);
    }

    @Test
    void bodiesAndTrailersPassBothWays() throws Exception {
        serves();
        CompletableFuture<String> te = new CompletableFuture<>();
        handler = request -> {
            te.complete(request.head().headers().get("te"));
            request.respond(head(200), request.body()); // with its trailers
        };
        byte[] sent = new byte[5_000_000];
        new Random(5).nextBytes(sent);
        HttpBody body = HttpBody.of(Unpooled.wrappedBuffer(sent));
        body.addTrailersAtEnd(() -> new DefaultHttpHeaders().set("x-sum", "42"));

        Heard echo = rig.sends(HttpMethod.POST, "/", body);

        HttpBody came = echo.answer.get(10, TimeUnit.SECONDS).body();
        assertThat(came.readAllBytes()).isEqualTo(sent);
        assertThat(came.trailers().get("x-sum")).isEqualTo("42");
        assertThat(te.join()).isEqualTo("trailers");
        assertThat(echo.over).succeedsWithin(PATIENCE);
    }

    @Test
    void anotherConnectionIsMadeWhenTheStreamsAreInUse() throws Exception {
        serves(VisitorServerSettings.DEFAULT.withHttp2Streams(2));
        List<Heard> calls = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            calls.add(rig.gets("/" + i));
        }
        List<IncomingRequest> arrived = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            arrived.add(arrival()); // none is answered before, which would make room for another
        }
        arrived.forEach(request -> request.respond(head(200), body("done")));
        for (Heard call : calls) {
            assertThat(call.text()).isEqualTo("done");
        }
        assertThat(service.connections()).isEqualTo(3);
    }

    @Test
    void whoFindsNoStreamFreeWaitsAndIsSentThen() throws Exception {
        serves(VisitorServerSettings.DEFAULT.withHttp2Streams(1));
        List<Heard> calls = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            calls.add(rig.gets("/" + i)); // one more than there may be connections
        }
        List<IncomingRequest> running = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            running.add(arrival());
        }
        assertThat(service.connections()).isEqualTo(8);
        assertThat(arrived).isEmpty();
        running.get(0).respond(head(200), body("done"));

        IncomingRequest ninth = arrival();
        assertThat(ninth.head().uri()).isEqualTo("/8");
        ninth.respond(head(200), body("done"));
        running.subList(1, 8).forEach(request -> request.respond(head(200), body("done")));
        for (Heard call : calls) {
            assertThat(call.text()).isEqualTo("done");
        }
    }

    @Test
    void aCallGivenUpIsMissedByTheService() throws Exception {
        serves();
        Heard call = rig.gets("/");
        IncomingRequest request = arrival();

        call.call.cancel("changed my mind");

        assertThat(request.ended()).failsWithin(Duration.ofSeconds(1));
        assertThat(call.failure()).isInstanceOf(OutcomeUnknown.class);
        request.respond(head(200), body("too late"));
    }

    @Test
    void anAnswerThatBreaksOffFailsItsBody() throws Exception {
        serves();
        Heard call = rig.gets("/");
        HttpBody answer = streaming();
        arrival().respond(head(200), answer);
        HttpBody came = call.answer.get(10, TimeUnit.SECONDS).body();

        answer.fail(new IOException("the disk is gone"));

        assertThat(CompletableFuture.supplyAsync(() -> readAll(came)))
                .succeedsWithin(PATIENCE)
                .isEqualTo("broken");
    }

    private static HttpBody streaming() {
        return new HttpBody(HttpBody.UNKNOWN_LENGTH, new HttpBody.Source() {
            @Override
            public void consumed(int bytes) {}

            @Override
            public void abandoned(String why) {}
        });
    }

    /** Else every visitor who leaves would be a warning in the log of whoever hands its upload on. */
    @Test
    void aBodyWhoseSenderLeftIsNoFailureOfTheWay() throws Exception {
        serves();

        assertThat(statusOfOneBrokenBy(RequestCut.byVisitor())).isEqualTo(TunnelFailure.GIVEN_UP);
        assertThat(statusOfOneBrokenBy(new IOException("the disk is gone"))).isEqualTo(502);
    }

    private int statusOfOneBrokenBy(IOException cause) throws Exception {
        HttpBody upload = streaming();
        Heard call = rig.sends(HttpMethod.PUT, "/", upload);
        arrival();
        upload.fail(cause);
        return ((TunnelFailure) call.failure()).status();
    }

    private static String readAll(HttpBody body) {
        try {
            return new String(body.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException brokeOff) {
            return "broken";
        }
    }

    @Test
    void nobodyAtThePortMeansNotSent() throws Exception {
        int free = FreePorts.take();
        rig = new ServiceRig(free, PATIENCE);

        assertThat(rig.gets("/").failure())
                .isInstanceOf(RequestNotSent.class)
                .hasMessageContaining("127.0.0.1:" + free + " cannot be reached");
    }

    /** A service whose frames are written by hand. */
    private void handMade(Conversation conversation) throws IOException {
        handMade(SessionSettings.DEFAULT, conversation);
    }

    /** The same for each of its connections. */
    private void handMadeOften(Conversation conversation) throws IOException {
        ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        rig = new ServiceRig(socket.getLocalPort(), PATIENCE);
        listening = socket;
        accepts(socket, conversation);
    }

    static void accepts(ServerSocket socket, Conversation conversation) {
        Thread accepting = new Thread(() -> {
            try {
                while (true) {
                    speaks(socket.accept(), conversation);
                }
            } catch (IOException over) {
                // the story is told
            }
        });
        accepting.setDaemon(true);
        accepting.start();
    }

    static void speaks(Socket accepted, Conversation conversation) {
        Thread speaking = new Thread(() -> {
            try (Socket peer = accepted) {
                conversation.speak(
                        new DataInputStream(new BufferedInputStream(peer.getInputStream())), peer.getOutputStream());
            } catch (IOException over) {
                // the story is told
            }
        });
        speaking.setDaemon(true);
        speaking.start();
    }

    private void handMade(SessionSettings settings, Conversation conversation) throws IOException {
        ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        rig = new ServiceRig(socket.getLocalPort(), Duration.ofSeconds(1), settings);
        Thread thread = new Thread(() -> {
            try (Socket peer = socket.accept()) {
                conversation.speak(new DataInputStream(peer.getInputStream()), peer.getOutputStream());
            } catch (IOException over) {
                // the story is told
            }
        });
        thread.setDaemon(true);
        thread.start();
        listening = socket;
    }

    interface Conversation {
        void speak(DataInputStream in, OutputStream out) throws IOException;
    }

    static void frame(OutputStream out, int type, int stream, int... payload) throws IOException {
        byte[] frame = new byte[9 + payload.length];
        frame[2] = (byte) payload.length;
        frame[3] = (byte) type;
        frame[4] = (byte) (type == HEADERS ? END_HEADERS : 0);
        frame[8] = (byte) stream;
        for (int i = 0; i < payload.length; i++) {
            frame[9 + i] = (byte) payload[i];
        }
        out.write(frame);
    }

    /** Returns the request's stream. */
    static int greetAndAwaitTheRequest(DataInputStream in, OutputStream out) throws IOException {
        frame(out, 4, 0);
        in.skipNBytes(24);
        return awaitFrame(in, HEADERS, stream -> true);
    }

    /** Returns the stream of the next such frame. */
    static int awaitFrame(DataInputStream in, int wanted, IntPredicate onStream) throws IOException {
        while (true) {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readByte();
            in.skipNBytes(1);
            int stream = in.readInt();
            in.skipNBytes(length);
            if (type == wanted && onStream.test(stream)) {
                return stream;
            }
        }
    }

    @Test
    void aServiceThatDoesNotSpeakHttp2MeansNotSent() throws Exception {
        handMade((in, out) -> {
            out.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            in.readAllBytes();
        });
        assertThat(rig.gets("/").failure()).isInstanceOf(RequestNotSent.class);
    }

    @Test
    void aServiceThatSaysNothingMeansNotSent() throws Exception {
        handMade((in, out) -> in.readAllBytes());
        assertThat(rig.gets("/").failure()).isInstanceOf(RequestNotSent.class);
    }

    @Test
    void aRefusedStreamMeansNotSent() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        handMadeOften((in, out) -> {
            int stream = greetAndAwaitTheRequest(in, out);
            tries.incrementAndGet();
            frame(out, RST_STREAM, stream, 0, 0, 0, REFUSED_STREAM);
            in.readAllBytes();
        });
        assertThat(rig.gets("/").failure())
                .isInstanceOf(RequestNotSent.class)
                .hasMessage("the service refused the request");
        assertThat(tries).as("it is not tried for ever").hasValue(5);
    }

    @Test
    void aGoAwayBelowTheStreamMeansNotSent() throws Exception {
        handMade((in, out) -> {
            greetAndAwaitTheRequest(in, out);
            frame(out, GOAWAY, 0, 0, 0, 0, 0, 0, 0, 0, 0);
            in.readAllBytes();
        });
        Heard call = rig.sends(HttpMethod.POST, "/", body("once only"));

        assertThat(call.failure()).isInstanceOf(RequestNotSent.class);
        assertThat(call.over).succeedsWithin(PATIENCE);
    }

    /** Announced by halves, almost half of the connection's window would be of no use for a whole round trip. */
    @Test
    void roomOnTheConnectionIsGivenBackBeforeHalfOfItIsGone() throws Exception {
        CompletableFuture<Void> gotRoom = new CompletableFuture<>();
        handMade(SessionSettings.DEFAULT.withMaxStreamWindowBytes(MemoryBudget.STREAM_BYTES), (in, out) -> {
            int stream = greetAndAwaitTheRequest(in, out);
            frame(out, HEADERS, stream, OK);
            for (int i = 0; i < 80; i++) {
                frame(out, DATA, stream, new int[250]);
            }
            awaitFrame(in, WINDOW_UPDATE, on -> on == 0);
            gotRoom.complete(null);
        });
        Heard call = rig.gets("/");

        assertThat(gotRoom).succeedsWithin(PATIENCE);
        call.answer.get(10, TimeUnit.SECONDS).body().abandon("seen enough");
        await().atMost(PATIENCE).until(() -> rig.budget.used() == 0);
    }

    @Test
    void aServiceThatDiesMeansNobodyKnows() throws Exception {
        handMade((in, out) -> greetAndAwaitTheRequest(in, out));
        assertThat(rig.gets("/").failure())
                .isInstanceOf(OutcomeUnknown.class)
                .hasMessageStartingWith("the connection to the service failed");
    }

    @Test
    void anIdleConnectionIsNotLeftBehind() throws Exception {
        serves();
        handler = request -> request.respond(head(200), body("hello"));
        assertThat(rig.gets("/").text()).isEqualTo("hello");

        rig.close();

        await().untilAsserted(() -> assertThat(service.connections()).isZero());
    }
}
