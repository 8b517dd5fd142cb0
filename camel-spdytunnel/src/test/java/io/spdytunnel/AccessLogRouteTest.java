package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spdytunnel.exchange.RequestExchanges;
import io.spdytunnel.front.VisitorEdge;
import io.spdytunnel.http.IncomingRequest;
import io.spdytunnel.http.RequestObserver;
import io.spdytunnel.net.AddressRanges;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the access log is told by a route whose requests go down the tunnel, and when it listens. */
class AccessLogRouteTest {

    private final Queue<RequestObserver> observers = new ConcurrentLinkedQueue<>();
    private final Queue<String> told = new ConcurrentLinkedQueue<>();

    private final RequestObserver observer = new RequestObserver() {
        @Override
        public void servedBy(String origin, @Nullable SocketAddress tunnel) {
            told.add(origin + " " + (tunnel instanceof InetSocketAddress inet ? inet.getHostString() : "nobody yet"));
        }
    };

    /** Puts this test's observer in the place of the request's own. */
    private void overhear(Exchange exchange) {
        IncomingRequest request = exchange.getProperty(RequestExchanges.REQUEST_PROPERTY, IncomingRequest.class);
        observers.add(request.observer());
        exchange.setProperty(
                RequestExchanges.REQUEST_PROPERTY,
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {IncomingRequest.class},
                        (proxy, method, arguments) ->
                                method.getName().equals("observer") ? observer : method.invoke(request, arguments)));
    }

    private TunnelRig rig(FrontDoor door) throws Exception {
        TunnelRig rig = new TunnelRig();
        rig.proxy.getRegistry().bind("frontDoor", door);
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front("nettySharedHttpServer=#frontDoor"))
                        .process(AccessLogRouteTest.this::overhear)
                        .to(rig.tunnel("origin1", ""));
            }
        });
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", "")).setBody(constant("hello"));
            }
        });
        return rig.starts().isUp();
    }

    @Test
    void itIsToldTheOriginAndItsSession() throws Exception {
        FrontDoor door = new FrontDoor();
        door.setAccessLog(true);
        try (TunnelRig rig = rig(door)) {
            assertThat(rig.gets("/page").body()).isEqualTo("hello");
        }

        assertThat(List.copyOf(told)).containsExactly("origin1 nobody yet", "origin1 127.0.0.1");
        assertThat(observers).hasSize(1).doesNotContain(RequestObserver.NONE);
    }

    @Test
    void aServingEndpointHasOneOfItsOwn() throws Exception {
        try (TunnelRig rig = new TunnelRig()) {
            rig.origin.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("spdytunnel:plain?tls=false&serve=127.0.0.1:0")
                            .routeId("silent")
                            .setBody(constant("a"));
                    from("spdytunnel:plain?tls=false&accessLog=true&serve=127.0.0.1:0")
                            .routeId("written")
                            .setBody(constant("b"));
                }
            });
            rig.origin.start();

            assertThat(writes(rig, "silent")).isFalse();
            assertThat(writes(rig, "written")).isTrue();
        }
    }

    private static boolean writes(TunnelRig rig, String route) {
        return ((SpdyTunnelServingConsumer) rig.origin.getRoute(route).getConsumer())
                .settings()
                .edge()
                .accessLog();
    }

    @Test
    void withoutTheOptionNobodyListens() throws Exception {
        try (TunnelRig rig = rig(new FrontDoor())) {
            assertThat(rig.gets("/").body()).isEqualTo("hello");
        }

        assertThat(observers).containsExactly(RequestObserver.NONE);
    }

    @Test
    void allowDenyAndProxyProtocolFromAreTheDoors() {
        FrontDoor door = new FrontDoor();

        door.setAllow("10.0.0.0/8");
        door.setDeny("10.1.0.0/16");
        door.setProxyProtocolFrom("10.2.0.0/16");

        assertThat(door.settings().edge())
                .isEqualTo(new VisitorEdge(
                        AddressRanges.parse("10.0.0.0/8"),
                        AddressRanges.parse("10.1.0.0/16"),
                        AddressRanges.parse("10.2.0.0/16"),
                        AddressRanges.NONE,
                        false));
    }

    @Test
    void trustedAddressesAreTheLogs() {
        FrontDoor door = new FrontDoor();
        assertThat(door.settings().edge().trusted()).isEqualTo(AddressRanges.NONE);

        door.setTrustedAddresses("10.0.0.0/8, ::1");

        assertThat(door.settings().edge().trusted()).isEqualTo(AddressRanges.parse("10.0.0.0/8,::1"));
        assertThatThrownBy(() -> door.setTrustedAddresses("proxy.example"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("trustedAddresses", "proxy.example");
    }
}
