package io.spdytunnel.bench;

import com.hsbc.cranker.connector.CrankerConnector;
import com.hsbc.cranker.connector.CrankerConnectorBuilder;
import com.hsbc.cranker.connector.RouterEventListener;
import com.hsbc.cranker.connector.RouterRegistration;
import com.hsbc.cranker.mucranker.CrankerRouter;
import com.hsbc.cranker.mucranker.CrankerRouterBuilder;
import io.muserver.HttpsConfigBuilder;
import io.muserver.MuServerBuilder;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import io.spdytunnel.FrontDoor;
import io.spdytunnel.SpdyTunnelComponent;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.LoggingLevel;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Java programs of all contestants. The first argument says which one it is, the others are {@code name=value}.
 * When it reads {@code memory} it collects garbage and logs what is left. It ends when nobody is left who could ask.
 */
final class Programs {

    private static final Logger LOG = LoggerFactory.getLogger(Programs.class);
    private static final String TOKEN = "benchmarks-know-this-one-only-on-loopback";

    private Programs() {}

    public static void main(String[] arguments) throws Exception {
        List<String> said = new ArrayList<>(List.of("tls=auto")); // unless another follows
        said.addAll(List.of(arguments));
        Settings settings = new Settings(said.toArray(String[]::new));
        Thread questions = new Thread(Programs::answerQuestions, "questions");
        questions.setDaemon(true); // a program that cannot start shall end
        questions.start();
        switch (arguments[0]) {
            case "backend" -> Backend.run(settings.get("host"), settings.number("port"));
            case "forward" -> start(forward(settings));
            case "proxy" -> start(proxy(settings));
            case "origin" -> start(origin(settings));
            case "origins" -> start(origins(settings));
            case "cranker-router" -> crankerRouter(settings);
            case "cranker-connector" -> crankerConnector(settings);
            default -> throw new IllegalArgumentException("there is no program " + arguments[0]);
        }
        questions.join();
    }

    // ---- Camel

    private static void start(RouteBuilder routes) throws Exception {
        Main main = new Main();
        main.configure().addRoutesBuilder(routes);
        main.start();
    }

    /** The Camel user's yardstick: no tunnel, no TLS. Bodies are aggregated, as netty-http does. */
    private static RouteBuilder forward(Settings settings) {
        String whole = "chunkedMaxContentLength=1000000000";
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("netty-http:http://127.0.0.1:" + settings.get("port") + "?matchOnUriPrefix=true&" + whole)
                        .to("netty-http:" + settings.get("backend")
                                + "?bridgeEndpoint=true&throwExceptionOnFailure=false&" + whole);
            }
        };
    }

    private static RouteBuilder proxy(Settings settings) {
        String door = settings.get("front").equals("door")
                ? "&nettySharedHttpServer=#door"
                : "&chunkedMaxContentLength=1000000000";
        String who = settings.get("origin").equals("*") ? "&anyName=true&originDomain=bench" : "";
        return new RouteBuilder() {
            @Override
            public void configure() {
                getContext().getRegistry().bind("tls", keys(settings));
                getContext().getRegistry().bind("door", door());
                component(getContext()).setTlsProvider(settings.get("tls"));
                from("netty-http:http://127.0.0.1:" + settings.get("port") + "?matchOnUriPrefix=true" + door)
                        .to("spdytunnel:" + settings.get("origin") + "?listen=" + settings.get("listen")
                                + "&token=" + TOKEN
                                + "&sslContextParameters=#tls&throwExceptionOnFailure=false"
                                + "&bufferedReplyLimit=1000000000" + who);
            }
        };
    }

    /** A load generator's end looks like an attack: all its requests are aborted in one moment, from one address. */
    private static FrontDoor door() {
        FrontDoor door = new FrontDoor();
        door.setMaxAborts(1_000_000);
        return door;
    }

    private static RouteBuilder origin(Settings settings) {
        String options = "&token=" + TOKEN + "&sslContextParameters=#tls&redialMax=500&connections="
                + settings.number("connections");
        byte[] answer = new byte[1024];
        return new RouteBuilder() {
            @Override
            public void configure() {
                getContext().getRegistry().bind("tls", trust(settings));
                component(getContext()).setTlsProvider(settings.get("tls"));
                String from = "spdytunnel:bench?proxy=" + settings.get("proxy") + options;
                if (settings.get("answer").equals("self")) {
                    from(from).setBody(constant(answer));
                } else {
                    from(from + "&forwardTo=" + settings.get("backend"))
                            .log(LoggingLevel.TRACE, "a route must have a step");
                }
            }
        };
    }

    /** Many origins in one program: what they cost the proxy is the question. */
    private static RouteBuilder origins(Settings settings) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                getContext().getRegistry().bind("tls", trust(settings));
                for (int i = 0; i < settings.number("count"); i++) {
                    from("spdytunnel:o" + i + "?proxy=" + settings.get("proxy") + "&token=" + TOKEN
                                    + "&sslContextParameters=#tls&redialMax=500&redialRefusedMax=500")
                            .setBody(constant("here"));
                }
            }
        };
    }

    private static SpdyTunnelComponent component(CamelContext context) {
        return context.getComponent("spdytunnel", SpdyTunnelComponent.class);
    }

    private static SSLContextParameters keys(Settings settings) {
        KeyManagersParameters keys = new KeyManagersParameters();
        keys.setKeyPassword(Keys.PASSWORD);
        keys.setKeyStore(store(settings.get("keystore")));
        SSLContextParameters tls = new SSLContextParameters();
        tls.setKeyManagers(keys);
        return tls;
    }

    private static SSLContextParameters trust(Settings settings) {
        TrustManagersParameters trust = new TrustManagersParameters();
        trust.setKeyStore(store(settings.get("truststore")));
        SSLContextParameters tls = new SSLContextParameters();
        tls.setTrustManagers(trust);
        return tls;
    }

    private static KeyStoreParameters store(String file) {
        KeyStoreParameters store = new KeyStoreParameters();
        store.setResource("file:" + file);
        store.setPassword(Keys.PASSWORD);
        store.setType("PKCS12");
        return store;
    }

    // ---- Cranker

    private static void crankerRouter(Settings settings) {
        CrankerRouter router = CrankerRouterBuilder.crankerRouter()
                .withIdleTimeout(10, TimeUnit.MINUTES)
                .start();
        MuServerBuilder.httpsServer()
                .withInterface(settings.get("listen").split(":", -1)[0])
                .withHttpsPort(Integer.parseInt(settings.get("listen").split(":", -1)[1]))
                .withHttpsConfig(HttpsConfigBuilder.httpsConfig()
                        .withKeystore(new File(settings.get("keystore")))
                        .withKeystorePassword(Keys.PASSWORD)
                        .withKeyPassword(Keys.PASSWORD)
                        .withKeystoreType("PKCS12"))
                .addHandler(router.createRegistrationHandler())
                .start();
        MuServerBuilder.httpServer()
                .withInterface("127.0.0.1")
                .withHttpPort(settings.number("port"))
                .withMaxRequestSize(Long.MAX_VALUE)
                .addHandler(router.createHttpHandler())
                .start();
    }

    private static void crankerConnector(Settings settings) {
        CrankerConnector connector = CrankerConnectorBuilder.connector()
                .withRouterLookupByDNS(URI.create("wss://" + settings.get("proxy")))
                .withRoute("*")
                .withTarget(URI.create(settings.get("backend")))
                .withSlidingWindowSize(settings.number("window"))
                .withRouterRegistrationListener(new RouterEventListener() {
                    @Override
                    public void onSocketConnectionError(RouterRegistration router, Throwable failure) {
                        LOG.warn("no connection to the router: {}", failure.toString());
                    }

                    @Override
                    public void onRouterDnsLookupError(Throwable failure) {
                        LOG.warn("the router is not found: {}", failure.toString());
                    }
                })
                .withHttpClient(CrankerConnectorBuilder.createHttpClient(true).build())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> connector.stop(1, TimeUnit.SECONDS)));
    }

    // ---- questions

    private static void answerQuestions() {
        try {
            answerUntilTheEnd();
        } catch (IOException unreadable) {
            LOG.warn("no more questions: {}", unreadable.toString());
        }
        // Whoever has started us is gone. Camel's orderly end would wait for requests under way.
        Runtime.getRuntime().halt(0);
    }

    private static void answerUntilTheEnd() throws IOException {
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String asked = questions.readLine(); asked != null; asked = questions.readLine()) {
            if (asked.equals("memory")) {
                System.gc();
                System.gc(); // the first one queues what has a cleaner
                LOG.info("memory={}", memory());
            } else if (asked.equals("held")) {
                System.gc();
                System.gc();
                LOG.info("held={}", held());
            } else if (asked.equals("allocated")) {
                LOG.info("allocated={}", allocated());
            }
        }
    }

    /** What the heap holds, and the direct memory that Netty counts and the JDK counts, in bytes. */
    private static String memory() {
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        long jdk = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return String.format(Locale.ROOT, "%d %d", heap, jdk + Math.max(0, PlatformDependent.usedDirectMemory()));
    }

    /** What the heap holds, and the direct memory of buffers in use, without what their pool keeps for later. */
    private static long held() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()
                + PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
    }

    /** Bytes of heap that all threads have allocated so far; those of threads that have ended are not among them. */
    private static long allocated() {
        if (!(ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean threads)) {
            return 0;
        }
        long sum = 0;
        for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }
}
