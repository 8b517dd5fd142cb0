package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * grpc-java at both ends: its client at the front door by HTTP/2, its server behind the origin by {@code forwardTo=h2c}.
 */
class GrpcTest {

    private static final MethodDescriptor<String, String> UNARY = method("unary", MethodType.UNARY);
    private static final MethodDescriptor<String, String> COUNT = method("count", MethodType.SERVER_STREAMING);
    private static final MethodDescriptor<String, String> JOIN = method("join", MethodType.CLIENT_STREAMING);
    private static final MethodDescriptor<String, String> CHAT = method("chat", MethodType.BIDI_STREAMING);
    private static final MethodDescriptor<String, String> WAIT = method("wait", MethodType.UNARY);

    private final TunnelRig rig = new TunnelRig();
    private final CompletableFuture<Long> cancelledAt = new CompletableFuture<>();
    private final CompletableFuture<Deadline> waitCalled = new CompletableFuture<>();
    private Server server;
    private ManagedChannel channel;

    private static MethodDescriptor<String, String> method(String name, MethodType type) {
        return MethodDescriptor.<String, String>newBuilder(Text.INSTANCE, Text.INSTANCE)
                .setFullMethodName(MethodDescriptor.generateFullMethodName("tunnel.Test", name))
                .setType(type)
                .build();
    }

    /** Messages are plain text: what they are made of is not what is tested. */
    private enum Text implements MethodDescriptor.Marshaller<String> {
        INSTANCE;

        @Override
        public InputStream stream(String text) {
            return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream bytes) {
            try {
                return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
        }
    }

    @BeforeEach
    void start() throws Exception {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(ServerServiceDefinition.builder("tunnel.Test")
                        .addMethod(UNARY, ServerCalls.asyncUnaryCall(GrpcTest::unary))
                        .addMethod(COUNT, ServerCalls.asyncServerStreamingCall(GrpcTest::count))
                        .addMethod(JOIN, ServerCalls.asyncClientStreamingCall(GrpcTest::join))
                        .addMethod(CHAT, ServerCalls.asyncBidiStreamingCall(GrpcTest::chat))
                        .addMethod(WAIT, ServerCalls.asyncUnaryCall(this::waitForTheEnd))
                        .build())
                .build()
                .start();
    }

    @AfterEach
    void close() throws Exception {
        if (channel != null) {
            channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        }
        rig.close();
        server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }

    private void plain() throws Exception {
        routes("");
        channel = NettyChannelBuilder.forAddress("127.0.0.1", rig.frontPort)
                .usePlaintext()
                .build();
    }

    private void routes(String frontOptions) throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front(TunnelRig.FRONT_DOOR + frontOptions)).to(rig.tunnel("origin1", ""));
            }
        });
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", "forwardTo=h2c://127.0.0.1:" + server.getPort()))
                        .log("${header.CamelHttpPath}");
            }
        });
        rig.starts().isUp();
    }

    // ---- the service

    private static void unary(String asked, StreamObserver<String> answer) {
        if (asked.equals("nobody")) {
            answer.onError(Status.NOT_FOUND.withDescription("no such name").asRuntimeException());
        } else {
            answer.onNext("hello " + asked);
            answer.onCompleted();
        }
    }

    private static void count(String to, StreamObserver<String> answer) {
        for (int i = 0; i < Integer.parseInt(to); i++) {
            answer.onNext("number " + i);
        }
        answer.onCompleted();
    }

    private static StreamObserver<String> join(StreamObserver<String> answer) {
        return new StreamObserver<>() {
            private final StringBuilder all = new StringBuilder();

            @Override
            public void onNext(String piece) {
                all.append(piece);
            }

            @Override
            public void onError(Throwable gone) {}

            @Override
            public void onCompleted() {
                answer.onNext(all.toString());
                answer.onCompleted();
            }
        };
    }

    private static StreamObserver<String> chat(StreamObserver<String> answer) {
        return new StreamObserver<>() {
            @Override
            public void onNext(String said) {
                answer.onNext(said + "?");
            }

            @Override
            public void onError(Throwable gone) {}

            @Override
            public void onCompleted() {
                answer.onCompleted();
            }
        };
    }

    private void waitForTheEnd(String asked, StreamObserver<String> answer) {
        ((ServerCallStreamObserver<String>) answer).setOnCancelHandler(() -> cancelledAt.complete(System.nanoTime()));
        waitCalled.complete(Context.current().getDeadline());
    }

    // ---- the stories

    @Test
    void aCallIsAnswered() throws Exception {
        plain();

        assertThat(ClientCalls.blockingUnaryCall(channel, UNARY, CallOptions.DEFAULT, "attic"))
                .isEqualTo("hello attic");
    }

    @Test
    void aCallIsAnsweredOverTls() throws Exception {
        routes("&ssl=true&sslContextParameters=#tls");
        channel = NettyChannelBuilder.forAddress("localhost", rig.frontPort)
                .sslContext(GrpcSslContexts.forClient()
                        .trustManager(
                                io.grpc.netty.shaded.io.netty.handler.ssl.util.InsecureTrustManagerFactory.INSTANCE)
                        .build())
                .build();

        assertThat(ClientCalls.blockingUnaryCall(channel, UNARY, CallOptions.DEFAULT, "attic"))
                .isEqualTo("hello attic");
    }

    @Test
    void anErrorArrivesWithItsWords() throws Exception {
        plain();

        assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(channel, UNARY, CallOptions.DEFAULT, "nobody"))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessage("NOT_FOUND: no such name");
    }

    @Test
    void largeMessagesPass() throws Exception {
        plain();
        String large = "x".repeat(3_000_000);

        assertThat(ClientCalls.blockingUnaryCall(channel, UNARY, CallOptions.DEFAULT, large))
                .isEqualTo("hello " + large);
    }

    @Test
    void theServerStreams() throws Exception {
        plain();

        Iterator<String> numbers = ClientCalls.blockingServerStreamingCall(channel, COUNT, CallOptions.DEFAULT, "5000");

        List<String> all = new ArrayList<>();
        numbers.forEachRemaining(all::add);
        assertThat(all).hasSize(5000).startsWith("number 0").endsWith("number 4999");
    }

    @Test
    void theClientStreams() throws Exception {
        plain();
        CompletableFuture<String> joined = new CompletableFuture<>();
        StreamObserver<String> pieces =
                ClientCalls.asyncClientStreamingCall(newCall(JOIN), observer(joined::complete, joined));

        for (int i = 0; i < 1000; i++) {
            pieces.onNext(i + " ");
        }
        pieces.onCompleted();

        assertThat(joined.get(10, TimeUnit.SECONDS)).startsWith("0 1 2 ").endsWith("998 999 ");
    }

    @Test
    void bothStreamInTurns() throws Exception {
        plain();
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        CompletableFuture<String> end = new CompletableFuture<>();
        StreamObserver<String> mouth = ClientCalls.asyncBidiStreamingCall(newCall(CHAT), observer(heard::add, end));

        for (int i = 0; i < 200; i++) {
            mouth.onNext("so " + i);
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("so " + i + "?");
        }
        mouth.onCompleted();

        assertThat(end.get(10, TimeUnit.SECONDS)).isEqualTo("completed");
    }

    @Test
    void aCancelledCallIsCancelledAtTheServerWithinASecond() throws Exception {
        plain();
        ClientCall<String, String> call = newCall(WAIT);
        CompletableFuture<String> end = new CompletableFuture<>();
        ClientCalls.asyncUnaryCall(call, "for me", observer(end::complete, end));
        waitCalled.get(10, TimeUnit.SECONDS);

        long before = System.nanoTime();
        call.cancel("changed my mind", null);

        assertThat(Duration.ofNanos(cancelledAt.get(10, TimeUnit.SECONDS) - before))
                .isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void aDeadlineTravels() throws Exception {
        plain();
        ClientCalls.blockingUnaryCall(channel, UNARY, CallOptions.DEFAULT, "warm up");
        long before = System.nanoTime();

        assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(
                        channel, WAIT, CallOptions.DEFAULT.withDeadlineAfter(2, TimeUnit.SECONDS), "for me"))
                .hasMessageStartingWith("DEADLINE_EXCEEDED");

        assertThat(waitCalled.get(10, TimeUnit.SECONDS)).isNotNull();
        assertThat(Duration.ofNanos(cancelledAt.get(10, TimeUnit.SECONDS) - before))
                .isBetween(Duration.ofMillis(1500), Duration.ofSeconds(3));
    }

    @Test
    void aHundredCallsAtOnceAreAnswered() throws Exception {
        plain();
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            CompletableFuture<String> answer = new CompletableFuture<>();
            answers.add(answer);
            ClientCalls.asyncUnaryCall(newCall(UNARY), "caller " + i, observer(answer::complete, answer));
        }
        for (int i = 0; i < 100; i++) {
            assertThat(answers.get(i).get(20, TimeUnit.SECONDS)).isEqualTo("hello caller " + i);
        }
    }

    private ClientCall<String, String> newCall(MethodDescriptor<String, String> method) {
        return channel.newCall(method, CallOptions.DEFAULT);
    }

    private static StreamObserver<String> observer(
            java.util.function.Consumer<String> onNext, CompletableFuture<String> end) {
        return new StreamObserver<>() {
            @Override
            public void onNext(String message) {
                onNext.accept(message);
            }

            @Override
            public void onError(Throwable failure) {
                end.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {
                end.complete("completed");
            }
        };
    }
}
