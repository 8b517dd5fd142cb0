package io.spdytunnel.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A host with several addresses, of which only 127.0.0.1 answers, and 127.0.0.66 swallows what comes. */
class HostDialerTest {

    private static final int SILENT = 66;

    private final EventLoopGroup loops = new NioEventLoopGroup(1);
    private final EventLoop loop = loops.next();
    private final HostDialer hosts = new HostDialer();
    private final Queue<SocketAddress> dialled = new ConcurrentLinkedQueue<>();
    private final Queue<Channel> made = new ConcurrentLinkedQueue<>();
    private ServerSocket listening;

    @BeforeEach
    void listen() throws Exception {
        listening = new ServerSocket(0, 50, at(1));
    }

    @AfterEach
    void close() throws Exception {
        listening.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }

    /** A firewall that drops SYNs is not to be had on loopback. */
    private final class Dialled extends NioSocketChannel {

        @Override
        protected boolean doConnect(SocketAddress remote, SocketAddress local) throws Exception {
            dialled.add(remote);
            made.add(this);
            boolean silent = ((InetSocketAddress) remote).getAddress().getAddress()[3] == SILENT;
            return !silent && super.doConnect(remote, local);
        }
    }

    private static InetAddress at(int last) throws Exception {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    }

    private static InetAddress six() throws Exception {
        byte[] loopback = new byte[16];
        loopback[15] = 1;
        return InetAddress.getByAddress(loopback);
    }

    private Channel dials(Duration limit, InetAddress... found) throws Exception {
        CompletableFuture<Channel> up = new CompletableFuture<>();
        loop.execute(() -> {
            Bootstrap dialer = new Bootstrap().channelFactory(Dialled::new);
            hosts.dial(loop, dialer, "host.example", listening.getLocalPort(), List.of(found), limit)
                    .addListener(ended -> {
                        if (ended.isSuccess()) {
                            up.complete((Channel) ended.getNow());
                        } else {
                            up.completeExceptionally(ended.cause());
                        }
                    });
        });
        return up.get(10, TimeUnit.SECONDS);
    }

    private long millisTo(InetAddress... found) throws Exception {
        long start = System.nanoTime();
        Channel up = dials(Duration.ofSeconds(8), found);
        assertThat(((InetSocketAddress) up.remoteAddress()).getAddress()).isEqualTo(at(1));
        up.close().sync();
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    /** In plain text a handshake begins with channelActive: twice, and a registration would be sent twice. */
    @Test
    void handlersOfATakenConnectionDoNotHearThatItIsActiveAgain() throws Exception {
        AtomicInteger heard = new AtomicInteger();
        CompletableFuture<Channel> up = new CompletableFuture<>();
        loop.execute(() -> hosts.dial(
                        loop,
                        new Bootstrap().channelFactory(Dialled::new),
                        "host.example",
                        listening.getLocalPort(),
                        List.of(InetAddress.getLoopbackAddress()),
                        Duration.ofSeconds(8))
                .addListener(ended -> {
                    Channel taken = (Channel) ended.getNow();
                    taken.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                        @Override
                        public void channelActive(ChannelHandlerContext ctx) {
                            heard.incrementAndGet();
                        }
                    });
                    loop.execute(() -> up.complete(taken)); // behind whatever Netty does in this turn
                }));

        up.get(10, TimeUnit.SECONDS).close().sync();

        assertThat(heard).hasValue(0);
    }

    @Test
    void aSilentAddressIsOvertakenByTheNextAndTriedLastFromThenOn() throws Exception {
        assertThat(millisTo(at(SILENT), at(1))).isBetween(240L, 3000L);
        assertThat(made).hasSize(2).noneMatch(Channel::isOpen);
        dialled.clear();

        millisTo(at(SILENT), at(1));

        assertThat(dialled).containsExactly(new InetSocketAddress(at(1), listening.getLocalPort()));
    }

    @Test
    void aRefusalMakesRoomForTheNextAtOnce() throws Exception {
        assertThat(millisTo(at(2), at(3), at(1))).isLessThan(2 * HostDialer.HEAD_START.toMillis());
        assertThat(dialled).hasSize(3);
    }

    @Test
    void whenNoneAnswersAllAreNamed() {
        assertThatThrownBy(() -> dials(Duration.ofSeconds(8), at(2), at(3)))
                .rootCause()
                .isNotNull();
        assertThatThrownBy(() -> dials(Duration.ofSeconds(8), at(2), at(3)))
                .cause()
                .hasMessageContainingAll("127.0.0.2", "127.0.0.3");
    }

    @Test
    void silenceOfAllEndsInTime() throws Exception {
        assertThatThrownBy(() -> dials(Duration.ofMillis(400), at(SILENT)))
                .cause()
                .hasMessageContaining("did not answer within 400 ms");
        loop.submit(() -> assertThat(made).noneMatch(Channel::isOpen)).get();
    }

    @Test
    void familiesTakeTurns() throws Exception {
        InetAddress six = six();
        dials(Duration.ofSeconds(8), at(2), at(3), six, at(1)).close().sync();

        assertThat(dialled.stream().map(one -> ((InetSocketAddress) one).getAddress()))
                .containsExactly(at(2), six, at(3), at(1));
    }

    @Test
    void localhostIsBothLoopbacks() throws Exception {
        assertThat(HostDialer.withBothLoopbacks("LocalHost", List.of(at(1)))).containsExactly(at(1), six());
        assertThat(HostDialer.withBothLoopbacks("other.example", List.of(at(1))))
                .containsExactly(at(1));
    }
}
