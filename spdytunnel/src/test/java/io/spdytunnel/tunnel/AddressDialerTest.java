package io.spdytunnel.tunnel;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.SessionSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A name with several addresses: the proxy listens at one of them alone, if at any. */
class AddressDialerTest implements AddressDialer.Steps {

    private final EventLoopGroup loops = new NioEventLoopGroup(1);
    private final Queue<List<InetAddress>> answers = new ArrayDeque<>(); // of the name server, one for each question
    private final Queue<InetAddress> dialled = new ConcurrentLinkedQueue<>();
    private ServerSocket proxy;

    @BeforeEach
    void listen() throws IOException {
        proxy = new ServerSocket(0, 5, at(1));
    }

    @AfterEach
    void close() throws Exception {
        proxy.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }

    private static InetAddress at(int last) throws IOException {
        return InetAddress.getByAddress("proxy.example", new byte[] {127, 0, 0, (byte) last});
    }

    private void nextAnswerIs(InetAddress... addresses) {
        answers.add(Arrays.asList(addresses));
    }

    private AddressDialer dialer() {
        return new AddressDialer(
                new AddressDialer.Target("proxy.example", proxy.getLocalPort(), ofSeconds(10), "no tunnel"),
                NioSocketChannel.class,
                host -> CompletableFuture.completedFuture(answers.remove()),
                this);
    }

    private Session dials(AddressDialer dialer) throws Exception {
        EventLoop loop = loops.next();
        CompletableFuture<Session> up = new CompletableFuture<>();
        loop.execute(() -> {
            var unused = dialer.dial(loop).whenComplete((session, failure) -> {
                if (session == null) {
                    up.completeExceptionally(failure);
                } else {
                    up.complete(session);
                }
            });
        });
        return up.get(20, TimeUnit.SECONDS);
    }

    @Override
    public @Nullable String objection(InetAddress address) {
        dialled.add(address);
        return null;
    }

    @Override
    public void initialize(Channel channel, CompletableFuture<Session> outcome) {
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelActive(ChannelHandlerContext context) {
                outcome.complete(FakeSession.start(context.channel(), SessionSettings.DEFAULT));
            }
        });
    }

    @Test
    void addressesAreTriedInTurnUntilOneAnswers() throws Exception {
        nextAnswerIs(at(3), at(2), at(1), at(4));

        assertThat(dials(dialer())).isNotNull();

        assertThat(dialled).containsExactly(at(3), at(2), at(1));
    }

    @Test
    void theNameIsLookedUpAnewOnEachDial() throws Exception {
        nextAnswerIs(at(2));
        nextAnswerIs(at(1));
        AddressDialer dialer = dialer();

        assertThatThrownBy(() -> dials(dialer)).cause().isInstanceOf(DialFailedException.class);
        assertThat(dials(dialer)).isNotNull();

        assertThat(dialled).containsExactly(at(2), at(1));
    }

    @Test
    void whenNoneAnswersEachWasTriedAndTheLastIsNamed() throws Exception {
        nextAnswerIs(at(2), at(3));

        assertThatThrownBy(() -> dials(dialer()))
                .cause()
                .isInstanceOf(DialFailedException.class)
                .hasMessageContaining("127.0.0.3");

        assertThat(dialled).containsExactly(at(2), at(3));
    }

    @Test
    void aNameWithoutAddressesIsSaid() {
        nextAnswerIs();

        assertThatThrownBy(() -> dials(dialer()))
                .cause()
                .isInstanceOf(DialFailedException.class)
                .hasMessage("no address for proxy.example");
    }
}
