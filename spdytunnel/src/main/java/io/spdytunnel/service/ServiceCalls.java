package io.spdytunnel.service;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.pool.AbstractChannelPoolHandler;
import io.netty.channel.pool.SimpleChannelPool;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.ssl.SslHandler;
import io.spdytunnel.http.HttpCallSettings;
import io.spdytunnel.http.HttpCalls;
import io.spdytunnel.http.OutgoingRequest;
import io.spdytunnel.http.ResponseListener;
import io.spdytunnel.net.WorkerNameResolver;
import io.spdytunnel.spi.Api;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * Sends requests to plain HTTP/1.1 services, both bodies streaming. Thread-safe.
 *
 * <p>Each call stays on the event loop it is given, that of the stream it answers, and so does the connection: loops
 * have pools of their own, and a byte never changes threads.
 */
@Api
public final class ServiceCalls implements AutoCloseable {

    /** Below the 5 s after which Node.js, the most impatient of servers, hangs up on an idle connection. */
    private static final Duration POOLED_FOR = Duration.ofSeconds(4);

    private final HttpCallSettings settings;
    private final Duration connectTimeout;
    private final SSLContext tls;
    private final WorkerNameResolver resolver;
    private final ConcurrentHashMap<Key, SimpleChannelPool> pools = new ConcurrentHashMap<>();

    private record Key(EventLoop loop, String host, int port, boolean secure) {}

    /**
     * @param tls for {@code https} services, whose host name and chain are verified
     * @param workers look names up
     */
    public ServiceCalls(HttpCallSettings settings, Duration connectTimeout, SSLContext tls, Executor workers) {
        this.settings = settings;
        this.connectTimeout = connectTimeout;
        this.tls = tls;
        this.resolver = new WorkerNameResolver(workers);
    }

    /**
     * Sends a request. Any thread; {@code listener} is called on {@code loop}.
     *
     * @param service {@code http://host[:port]} or {@code https://host[:port]}; its path is not looked at
     * @param request whose head is sent as it is, but for its framing
     */
    public HttpCalls.Call send(EventLoop loop, URI service, OutgoingRequest request, ResponseListener listener) {
        boolean secure = "https".equals(service.getScheme());
        int port = service.getPort() >= 0 ? service.getPort() : secure ? 443 : 80;
        SimpleChannelPool pool = pools.computeIfAbsent(new Key(loop, service.getHost(), port, secure), this::newPool);
        ServiceCall call = new ServiceCall(loop, pool, service.getHost() + ":" + port, request, settings, listener);
        if (loop.inEventLoop()) {
            call.start();
        } else {
            loop.execute(call::start);
        }
        return call;
    }

    private SimpleChannelPool newPool(Key key) {
        Bootstrap bootstrap = new Bootstrap()
                .group(key.loop)
                .channel(NioSocketChannel.class)
                .resolver(resolver)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(connectTimeout.toMillis()))
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(32 * 1024, 128 * 1024))
                .remoteAddress(InetSocketAddress.createUnresolved(key.host, key.port));
        return new SimpleChannelPool(bootstrap, new AbstractChannelPoolHandler() {
            @Override
            public void channelCreated(Channel channel) {
                if (key.secure) {
                    channel.pipeline().addLast(new SslHandler(engine(key)));
                }
                channel.pipeline().addLast(new HttpClientCodec(4096, 64 * 1024, 16 * 1024));
                channel.pipeline().addLast(new ServiceConnection(POOLED_FOR));
            }
        });
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
        for (SimpleChannelPool pool : pools.values()) {
            var unused = pool.closeAsync(); // nobody waits for idle connections to be gone
        }
        pools.clear();
        resolver.close();
    }
}
