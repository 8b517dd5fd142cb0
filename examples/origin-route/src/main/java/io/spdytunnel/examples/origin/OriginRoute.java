package io.spdytunnel.examples.origin;

import io.spdytunnel.examples.common.RouteProgram;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Starts the origin's route, {@code camel/origin.camel.yaml}. */
public final class OriginRoute {

    private OriginRoute() {}

    public static void main(String[] args) {
        SLF4JBridgeHandler.removeHandlersForRootLogger(); // the file server logs by java.util.logging
        SLF4JBridgeHandler.install();
        RouteProgram.run(OriginRoute.class, args);
    }
}
