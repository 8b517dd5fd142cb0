package io.spdytunnel.door;

import io.netty.channel.ChannelHandler;
import java.util.List;
import org.apache.camel.component.netty.http.NettyHttpConfiguration;
import org.apache.camel.component.netty.http.NettyHttpConsumer;
import org.apache.camel.component.netty.http.NettyHttpEndpoint;
import org.apache.camel.util.URISupport;

/** Rejects options that configure netty-http's own pipeline: with the front door they would have no effect. */
final class FrontDoorRules {

    private FrontDoorRules() {}

    static void check(NettyHttpConsumer consumer) {
        NettyHttpEndpoint endpoint = consumer.getEndpoint();
        NettyHttpConfiguration options = consumer.getConfiguration();
        refuse(endpoint, "securityConfiguration", endpoint.getSecurityConfiguration() != null);
        refuse(endpoint, "decoders", isUsers(options.getDecodersAsList()));
        refuse(endpoint, "encoders", isUsers(options.getEncodersAsList()));
        refuse(endpoint, "compression", options.isCompression());
        refuse(endpoint, "sslHandler", options.getSslHandler() != null);
        refuse(endpoint, "unixDomainSocketPath", options.getUnixDomainSocketPath() != null);
        refuse(endpoint, "httpProxy", options.isHttpProxy());
        if (options.isSsl() && options.getSslContextParameters() == null) {
            throw new IllegalArgumentException(URISupport.sanitizeUri(endpoint.getEndpointUri())
                    + ": TLS at the front door needs sslContextParameters (or netty-http's"
                    + " useGlobalSslContextParameters)");
        }
    }

    /** netty-http adds handlers of its own to these lists; all others come from the URI. */
    private static boolean isUsers(List<ChannelHandler> handlers) {
        return handlers.stream()
                .map(handler -> handler.getClass().getName())
                .anyMatch(name -> !name.startsWith("io.netty.") && !name.startsWith("org.apache.camel."));
    }

    private static void refuse(NettyHttpEndpoint endpoint, String option, boolean isSet) {
        if (isSet) {
            throw new IllegalArgumentException(URISupport.sanitizeUri(endpoint.getEndpointUri()) + ": option " + option
                    + " belongs to netty-http's own pipeline, which the front door replaces; remove it");
        }
    }
}
