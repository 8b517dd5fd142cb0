package io.spdytunnel.service;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.ssl.SslHandler;
import io.spdytunnel.fields.VisitorId;
import io.spdytunnel.http.HttpCallSettings;
import io.spdytunnel.http.HttpCalls;
import io.spdytunnel.http.OutgoingRequest;
import io.spdytunnel.http.ResponseListener;
import io.spdytunnel.spi.Api;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to plain HTTP/1.1 services, both bodies streaming. Thread-safe.
 *
 * <p>Each call stays on the event loop it is given, that of the stream it answers, and so does the connection: loops
 * have pools of their own, and a byte never changes threads.
 */
@Api
public final class ServiceCalls implements AutoCloseable {

    private final HttpCallSettings settings;
    private final ServiceSharing sharing;
    private final SSLContext tls;
    private final ServiceDialer dialer;
    private final ConcurrentHashMap<Key, ServicePool> pools = new ConcurrentHashMap<>();

    private record Key(EventLoop loop, String host, int port, boolean secure) {}

    /**
     * @param tls for {@code https} services, whose host name and chain are verified
     * @param workers look names up
     */
    public ServiceCalls(
            HttpCallSettings settings,
            ServiceSharing sharing,
            Duration connectTimeout,
            SSLContext tls,
            Executor workers) {
        this.settings = settings;
        this.sharing = sharing;
        this.tls = tls;
        this.dialer = new ServiceDialer(connectTimeout, workers);
    }

    /**
     * Sends a request. Any thread; {@code listener} is called on {@code loop}.
     *
     * @param service {@code http://host[:port]} or {@code https://host[:port]}; its path is not looked at
     * @param request whose head is sent as it is, but for its framing
     * @param visitor whose request it is; null if nobody knows, then what authenticates it is never used again
     */
    public HttpCalls.Call send(
            EventLoop loop,
            URI service,
            OutgoingRequest request,
            @Nullable VisitorId visitor,
            ResponseListener listener) {
        boolean secure = "https".equals(service.getScheme());
        int port = service.getPort() >= 0 ? service.getPort() : secure ? 443 : 80;
        ServicePool pool = pools.computeIfAbsent(new Key(loop, service.getHost(), port, secure), this::newPool);
        ServiceCall call =
                new ServiceCall(loop, pool, visitor, service.getHost() + ":" + port, request, settings, listener);
        if (loop.inEventLoop()) {
            call.start();
        } else {
            loop.execute(call::start);
        }
        return call;
    }

    private ServicePool newPool(Key key) {
        Bootstrap bootstrap = new Bootstrap()
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.AUTO_CLOSE, false) // an answer may be there although a write failed
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(32 * 1024, 128 * 1024));
        return new ServicePool(
                key.loop,
                () -> dialer.dial(key.loop, bootstrap, key.host, key.port),
                (channel, pool) -> initialize(key, channel, pool),
                sharing);
    }

    private void initialize(Key key, Channel channel, ServicePool pool) {
        if (key.secure) {
            channel.pipeline().addLast(new SslHandler(engine(key)));
        }
        channel.pipeline().addLast(new HttpClientCodec(4096, 64 * 1024, 16 * 1024));
        channel.pipeline().addLast(new ServiceConnection(pool));
    }

    private SSLEngine engine(Key key) {
        SSLEngine engine = tls.createSSLEngine(key.host, key.port);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** Closes idle connections; calls under way end as they may. */
    @Override
    public void close() {
        pools.values().forEach(ServicePool::close);
        pools.clear();
        dialer.close();
    }
}
