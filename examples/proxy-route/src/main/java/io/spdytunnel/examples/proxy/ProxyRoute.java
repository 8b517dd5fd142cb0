package io.spdytunnel.examples.proxy;

import io.spdytunnel.examples.common.RouteProgram;

/** Starts the proxy's route, {@code camel/proxy.camel.yaml}. */
public final class ProxyRoute {

    private ProxyRoute() {}

    public static void main(String[] args) {
        RouteProgram.run(ProxyRoute.class, args);
    }
}
