package io.spdytunnel.service;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import io.spdytunnel.http.FedBody;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.HttpCallSettings;
import io.spdytunnel.http.OutgoingRequest;
import io.spdytunnel.http.ResponseListener;
import io.spdytunnel.http.TunnelFailure;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A CONNECT is dialled at the address that was checked, or not at all. */
class ConnectCallsTest {

    private final EventLoopGroup loops = new NioEventLoopGroup(1);
    private final FedBody fed = new FedBody();
    private final FakeNames names = new FakeNames();
    private final List<HttpBody> bodies = new ArrayList<>();
    private ServerSocket listening;

    @BeforeEach
    void listen() throws Exception {
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        listening.setSoTimeout(300);
    }

    @AfterEach
    void close() throws Exception {
        listening.close();
        fed.body().abandon("the test is over");
        bodies.forEach(body -> body.abandon("the test is over"));
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** A DNS in which a name is whatever the test says; each answer may differ from the last. */
    private static final class FakeNames extends AddressResolverGroup<InetSocketAddress> {

        private final Map<String, List<String>> answers = new ConcurrentHashMap<>();
        private final AtomicInteger asked = new AtomicInteger();

        @Override
        protected AddressResolver<InetSocketAddress> newResolver(EventExecutor loop) {
            return new InetNameResolver(loop) {
                @Override
                protected void doResolve(String name, Promise<InetAddress> promise) {
                    promise.setFailure(new UnknownHostException("only all of them are asked for"));
                }

                @Override
                protected void doResolveAll(String name, Promise<List<InetAddress>> promise) throws Exception {
                    asked.incrementAndGet();
                    List<String> known = answers.get(name);
                    if (name.equals("silent.example")) {
                        return; // for ever
                    }
                    if (known == null) {
                        promise.setFailure(new UnknownHostException(name));
                        return;
                    }
                    List<InetAddress> found = new ArrayList<>();
                    for (String address : known) {
                        found.add(InetAddress.getByAddress(NetUtil.createByteArrayFromIpAddressString(address)));
                    }
                    promise.setSuccess(found);
                }
            }.asAddressResolver();
        }
    }

    private CompletableFuture<HttpBody> connects(String rules, String target) {
        ConnectCalls calls =
                new ConnectCalls(HttpCallSettings.DEFAULT, Duration.ofMillis(500), ConnectRules.parse(rules), names);
        HttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.CONNECT, target);
        CompletableFuture<HttpBody> connected = new CompletableFuture<>();
        calls.send(loops.next(), new OutgoingRequest(head, fed.body(), "http", 3), new ResponseListener() {
            @Override
            public void responded(HttpResponse head, HttpBody body) {
                bodies.add(body);
                connected.complete(body);
            }

            @Override
            public void failed(TunnelFailure failure) {
                connected.completeExceptionally(failure);
            }
        });
        return connected;
    }

    private static int refusal(CompletableFuture<HttpBody> connected) throws Exception {
        try {
            connected.get(5, TimeUnit.SECONDS);
            return 200;
        } catch (ExecutionException failed) {
            return ((TunnelFailure) failed.getCause()).status();
        }
    }

    private String at(String host) {
        return host + ":" + listening.getLocalPort();
    }

    @Test
    void bytesFlowBothWays() throws Exception {
        names.answers.put("inside.example", List.of("127.0.0.1"));

        HttpBody received =
                connects("inside.example:*,127.0.0.1:*", at("inside.example")).get(5, TimeUnit.SECONDS);

        try (Socket behind = listening.accept()) {
            fed.says("down");
            assertThat(behind.getInputStream().readNBytes(4))
                    .asString(ISO_8859_1)
                    .isEqualTo("down");
            behind.getOutputStream().write("up".getBytes(ISO_8859_1));
            assertThat(received.readNBytes(2)).asString(ISO_8859_1).isEqualTo("up");
            fed.ends();
            assertThat(behind.getInputStream().read()).isNegative();
        }
        assertThat(received.read()).isNegative();
    }

    @Test
    void aNameThatIsAllowedButLeadsInsideIs403() throws Exception {
        names.answers.put("allowed.example", List.of("127.0.0.1", "10.0.0.1", "::1"));

        assertThat(refusal(connects("allowed.example:*", at("allowed.example"))))
                .isEqualTo(403);

        assertThat(fed.body().isUntouched()).isTrue();
        noneComes();
    }

    private void noneComes() {
        assertThatThrownBy(listening::accept).isInstanceOf(SocketTimeoutException.class);
    }

    /** Of what a name leads to, only what the rules let pass is dialled: here a port that refuses, and never 127.0.0.1. */
    @Test
    void onlyAllowedAddressesAreDialled() throws Exception {
        names.answers.put("both.example", List.of("127.0.0.1", "127.0.0.9"));
        assertThat(refusal(connects("both.example:*,127.0.0.9:*", at("both.example"))))
                .isEqualTo(502);

        noneComes();
    }

    @Test
    void anAddressThatRefusesIsFollowedByTheNext() throws Exception {
        names.answers.put("both.example", List.of("127.0.0.9", "127.0.0.1"));

        connects("both.example:*,127.0.0.0/8:*", at("both.example")).get(5, TimeUnit.SECONDS);

        listening.accept().close();
        assertThat(names.asked).hasValue(1);
    }

    @Test
    void whatIsNotAllowedIsNotEvenLookedUp() throws Exception {
        assertThat(refusal(connects("other.example:443", "a.example:443"))).isEqualTo(403);
        assertThat(refusal(connects("a.example:443", "a.example:80"))).isEqualTo(403);

        assertThat(names.asked).hasValue(0);
    }

    @Test
    void anUnknownNameIs502() throws Exception {
        assertThat(refusal(connects("*:*", "a.example:443"))).isEqualTo(502);
    }

    @Test
    void aLookUpThatTakesTooLongIs504() throws Exception {
        assertThat(refusal(connects("*:*", "silent.example:443"))).isEqualTo(504);
    }
}
