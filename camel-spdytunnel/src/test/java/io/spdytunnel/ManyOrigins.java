package io.spdytunnel;

import io.netty.channel.nio.NioEventLoopGroup;
import io.spdytunnel.exchange.PlainAnswers;
import io.spdytunnel.http.HttpCallSettings;
import io.spdytunnel.http.HttpServing;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.tls.OriginTls;
import io.spdytunnel.tls.TlsLibrary;
import io.spdytunnel.tunnel.Credentials;
import io.spdytunnel.tunnel.TlsEngines;
import io.spdytunnel.tunnel.TunnelClient;
import io.spdytunnel.tunnel.TunnelClientSettings;
import io.spdytunnel.tunnel.TunnelObserver;
import org.apache.camel.impl.DefaultCamelContext;

/** A process of its own that is many origins, each with a TLS tunnel, until its standard input ends. */
final class ManyOrigins {

    private ManyOrigins() {}

    /** Takes the tunnel port, and how many origins to be. */
    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        int origins = Integer.parseInt(args[1]);
        DefaultCamelContext context = new DefaultCamelContext();
        TlsEngines tls = new OriginTls(
                context, TlsLibrary.of("jdk"), "many origins", TunnelRig.tls(), TlsEngines.TUNNEL_PROTOCOLS);
        NioEventLoopGroup loops = new NioEventLoopGroup(1);
        MemoryBudget budget = new MemoryBudget(1 << 28);
        HttpServing serving =
                new HttpServing(request -> PlainAnswers.send(request, 200, "here"), HttpCallSettings.DEFAULT);
        for (int i = 0; i < origins; i++) {
            new TunnelClient(
                            TunnelClientSettings.of("localhost", port, "shop" + i, Credentials.bearer(TunnelRig.TOKEN)),
                            tls,
                            serving,
                            budget,
                            loops,
                            TunnelObserver.NONE)
                    .start();
        }
        while (System.in.read() >= 0) {
            // goes on
        }
        System.exit(0);
    }
}
