package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.ProcessorDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which threads a request's exchange runs on, at both ends, on its way there and back. */
class RouteThreadsTest {

    private static final String EVENT_LOOP = "spdytunnel-";
    private static final String WORKER = "Camel (";

    /** Asked for each header, where the header is: before and behind the tunnel. */
    private static final class Witness extends SpdyTunnelHeaderFilterStrategy {

        private final Set<String> threads = ConcurrentHashMap.newKeySet();

        @Override
        public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
            threads.add(Thread.currentThread().getName());
            return super.applyFilterToCamelHeaders(name, value, exchange);
        }

        @Override
        public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
            threads.add(Thread.currentThread().getName());
            return super.applyFilterToExternalHeaders(name, value, exchange);
        }
    }

    private final Witness proxy = new Witness();
    private final Witness origin = new Witness();
    private final TunnelRig rig = new TunnelRig();

    @AfterEach
    void stop() throws Exception {
        rig.close();
    }

    private void visit(boolean proxyBlocks, boolean originBlocks, String front) throws Exception {
        rig.proxy.getRegistry().bind("witness", proxy);
        rig.origin.getRegistry().bind("witness", origin);
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front(front)).to(rig.tunnel("origin1", "headerFilterStrategy=#witness"));
                mayBlock(proxyBlocks, getRouteCollection().getRoutes().get(0));
            }
        });
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                mayBlock(originBlocks, from(rig.dial("origin1", "headerFilterStrategy=#witness")))
                        .setBody(constant("hello"));
            }
        });
        rig.starts().isUp();
        assertThat(rig.gets("/").body()).isEqualTo("hello");
    }

    private static ProcessorDefinition<?> mayBlock(boolean may, ProcessorDefinition<?> route) {
        Processor anything = exchange -> {};
        return may ? route.process(anything) : route;
    }

    @Test
    void routesThatDoNotBlockRunOnEventLoops() throws Exception {
        visit(false, false, TunnelRig.FRONT_DOOR);

        assertThat(proxy.threads).isNotEmpty().allMatch(name -> name.startsWith(EVENT_LOOP));
        assertThat(origin.threads).isNotEmpty().allMatch(name -> name.startsWith(EVENT_LOOP));
    }

    @Test
    void routesThatMayBlockRunOnWorkers() throws Exception {
        visit(true, true, TunnelRig.FRONT_DOOR);

        assertThat(proxy.threads).isNotEmpty().allMatch(name -> name.startsWith(WORKER));
        assertThat(origin.threads).isNotEmpty().allMatch(name -> name.startsWith(WORKER));
    }

    /** netty-http's own option for a route that its author knows. */
    @Test
    void aFrontDoorsRouteThatItsAuthorKnowsRunsOnEventLoops() throws Exception {
        visit(true, false, TunnelRig.FRONT_DOOR + "&usingExecutorService=false");

        assertThat(proxy.threads).isNotEmpty().allMatch(name -> name.startsWith(EVENT_LOOP));
    }

    /** Its consumer gives the exchange to a pool of its own, and what is behind our producer may block. */
    @Test
    void behindPlainNettyHttpNothingRunsOnOurEventLoops() throws Exception {
        visit(false, false, "");

        assertThat(proxy.threads).isNotEmpty().noneMatch(name -> name.startsWith(EVENT_LOOP));
    }
}
