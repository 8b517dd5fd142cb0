package io.spdytunnel.service;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.resolver.AddressResolver;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import io.spdytunnel.http.HttpCallSettings;
import io.spdytunnel.http.HttpCalls;
import io.spdytunnel.http.OutcomeUnknown;
import io.spdytunnel.http.OutgoingRequest;
import io.spdytunnel.http.RawSocket;
import io.spdytunnel.http.RequestNotSent;
import io.spdytunnel.http.ResponseListener;
import io.spdytunnel.http.TunnelFailure;
import io.spdytunnel.net.HostDialer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One CONNECT: asks the rules, looks up, asks them again, dials the very address they let pass. Confined to its loop. */
final class ConnectCall implements HttpCalls.Call {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectCall.class);

    private static final HttpResponseStatus ESTABLISHED = new HttpResponseStatus(200, "Connection established");

    private final EventLoop loop;
    private final OutgoingRequest request;
    private final ConnectRules rules;
    private final HttpCallSettings settings;
    private final AddressResolver<InetSocketAddress> resolver;
    private final ResponseListener listener;
    private final String host;
    private final int port;
    private final HostDialer hosts;

    private boolean over;
    private Duration limit = Duration.ZERO;
    private @Nullable ScheduledFuture<?> patience;
    private @Nullable Future<Channel> dialling;
    private @Nullable RawSocket raw;

    ConnectCall(
            EventLoop loop,
            OutgoingRequest request,
            ConnectRules rules,
            HttpCallSettings settings,
            AddressResolver<InetSocketAddress> resolver,
            HostDialer hosts,
            ResponseListener listener) {
        this.loop = loop;
        this.request = request;
        this.rules = rules;
        this.settings = settings;
        this.resolver = resolver;
        this.hosts = hosts;
        this.listener = listener;
        String target = request.head().uri();
        int colon = target.lastIndexOf(':');
        this.host = target.substring(0, colon).replace("[", "").replace("]", "");
        this.port = Integer.parseInt(target.substring(colon + 1));
    }

    void start(Duration connectTimeout) {
        if (over) {
            return; // cancelled on the way to the event loop
        }
        if (!rules.allow(host, port)) {
            refuse();
            return;
        }
        limit = connectTimeout;
        patience = loop.schedule(() -> tooSlow(connectTimeout), connectTimeout.toNanos(), TimeUnit.NANOSECONDS);
        resolver.resolveAll(InetSocketAddress.createUnresolved(host, port))
                .addListener((Future<List<InetSocketAddress>> found) -> resolved(found));
    }

    private void resolved(Future<List<InetSocketAddress>> found) {
        if (over) {
            return;
        }
        if (!found.isSuccess()) {
            fail(new RequestNotSent(502, "the host of the CONNECT is not known here"));
            return;
        }
        List<InetAddress> allowed = new ArrayList<>();
        for (InetSocketAddress one : found.getNow()) {
            if (rules.allow(host, port, one.getAddress())) {
                allowed.add(one.getAddress());
            }
        }
        if (allowed.isEmpty()) {
            refuse(); // in the same words: what names lead to inside is nobody's business
        } else {
            dial(allowed);
        }
    }

    private void dial(List<InetAddress> allowed) {
        Bootstrap dialer = new Bootstrap()
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(32 * 1024, 128 * 1024));
        Future<Channel> dial = hosts.dial(loop, dialer, host, port, allowed, limit); // resolved: nobody asks again
        dialling = dial;
        dial.addListener((Future<Channel> dialled) -> dialled(dialled));
    }

    private void dialled(Future<Channel> dialled) {
        if (over) {
            if (dialled.isSuccess()) {
                var unused = dialled.getNow().close();
            }
        } else if (dialled.isSuccess()) {
            connected(dialled.getNow());
        } else {
            fail(new RequestNotSent(502, "the host of the CONNECT cannot be reached"));
        }
    }

    private void connected(Channel channel) {
        over = true;
        stopWaiting();
        RawSocket socket = new RawSocket(channel, settings.rawIdleTimeout(), settings.bodyIdleTimeout());
        raw = socket;
        channel.pipeline().addLast(socket);
        var unused = socket.ended().whenComplete((done, broken) -> listener.over());
        HttpResponse granted = new DefaultHttpResponse(HttpVersion.HTTP_1_1, ESTABLISHED);
        listener.responded(granted, socket.received());
        socket.start(request.body());
    }

    private void refuse() {
        fail(new RequestNotSent(403, "CONNECT to this host and port is not allowed here (connectTo)"));
    }

    private void tooSlow(Duration limit) {
        fail(new RequestNotSent(504, "the host of the CONNECT was not reached within " + limit.toMillis() + " ms"));
    }

    private void fail(TunnelFailure failure) {
        if (over) {
            return;
        }
        over = true;
        stopWaiting();
        if (dialling != null) {
            dialling.cancel(false);
        }
        listener.failed(failure);
        listener.over();
    }

    private void stopWaiting() {
        if (patience != null) {
            patience.cancel(false);
        }
    }

    @Override
    public void cancel(String why) {
        try {
            if (loop.inEventLoop()) {
                cancelled(why);
            } else {
                loop.execute(() -> cancelled(why));
            }
        } catch (RejectedExecutionException shutDown) {
            LOG.debug("a CONNECT was open when its event loop ended");
        }
    }

    private void cancelled(String why) {
        if (raw != null) {
            raw.cut(why);
        } else {
            fail(new OutcomeUnknown(499, why));
        }
    }
}
