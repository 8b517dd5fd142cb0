package io.spdytunnel;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.FrameListener.Answer;
import io.spdytunnel.wire.HeaderBlock;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an origin pushes reaches visitors who can take it, and harms nobody else (SPDY/3.1 3.3). */
class PushTest {

    private final TunnelRig rig = new TunnelRig();
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private final AtomicInteger exchanges = new AtomicInteger();
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void close() {
        release.countDown();
        rig.close();
    }

    private void routes(String producerOptions, String consumerOptions) throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front()).to(rig.tunnel("origin1", producerOptions));
            }
        });
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", consumerOptions)).process(PushTest.this::atOrigin);
            }
        });
        rig.starts().isUp();
    }

    private void atOrigin(Exchange exchange) {
        String path = exchange.getMessage().getHeader(Exchange.HTTP_PATH, String.class);
        asked.add(path);
        exchanges.incrementAndGet();
        if (path.equals("/page")) {
            exchange.getMessage().setHeader(SpdyTunnelConstants.PUSH, "/style.css, /cat.png");
        } else if (path.equals("/endless-page")) {
            exchange.getMessage().setHeader(SpdyTunnelConstants.PUSH, List.of("/endless-push,1", "/fails"));
        } else if (path.equals("/style.css")) {
            exchange.getMessage().setHeader(SpdyTunnelConstants.PUSH, "/pushed-by-a-push");
            exchange.getMessage()
                    .setHeader("X-Cookie-Seen", exchange.getMessage().getHeader("cookie"));
        } else if (path.equals("/fails")) {
            throw new IllegalStateException("this page cannot be made");
        }
        exchange.getMessage().setBody(path.startsWith("/endless") ? new Endless() : "content of " + path);
    }

    /** Gives a byte, and then nothing more until the test is over. */
    private final class Endless extends InputStream {

        private boolean given;

        @Override
        public int read() {
            if (!given) {
                given = true;
                return 'x';
            }
            try {
                assertThat(release.await(30, SECONDS)).isTrue();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            return -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            int next = read();
            into[offset] = (byte) next;
            return next < 0 ? -1 : 1;
        }
    }

    @Test
    void aVisitorWhoSpeaksSpdyGetsWhatIsPushed() throws Exception {
        routes("push=true", "");
        try (SpdyVisit visit = new SpdyVisit(rig.frontPort, 10)) {
            SpdyVisit.Answer page = visit.gets("/page", "cookie", "session=1");

            assertThat(page.text()).isEqualTo("content of /page");
            assertThat(page.head().headers().contains(SpdyTunnelConstants.PUSH)).isFalse();
            assertThat(page.pushes).containsOnlyKeys("/style.css", "/cat.png");
            assertThat(page.pushes.get("/cat.png").text()).isEqualTo("content of /cat.png");
            SpdyVisit.Answer style = page.pushes.get("/style.css");
            assertThat(style.text()).isEqualTo("content of /style.css");
            assertThat(style.head().headers().get("x-cookie-seen"))
                    .as("made for this visitor")
                    .isEqualTo("session=1");
            assertThat(asked).as("nothing is pushed behind a push").doesNotContain("/pushed-by-a-push");
        }
    }

    @Test
    void withoutTheOptionNothingIsPushed() throws Exception {
        routes("", "");
        try (SpdyVisit visit = new SpdyVisit(rig.frontPort, 10)) {
            SpdyVisit.Answer page = visit.gets("/page");

            assertThat(page.text()).isEqualTo("content of /page");
            assertThat(page.pushes).isEmpty();
            assertThat(asked).containsExactly("/page");
        }
    }

    @Test
    void aPushThatTheVisitorCannotTakeIsRefusedUncounted() throws Exception {
        routes("push=true&maxResets=2&maxStreamErrors=2", "maxResets=2&maxStreamErrors=2");
        for (int i = 0; i < 10; i++) {
            assertThat(rig.gets("/page").body()).isEqualTo("content of /page");
        }
        try (SpdyVisit visit = new SpdyVisit(rig.frontPort, 0)) {
            SpdyVisit.Answer page = visit.gets("/page");
            assertThat(page.text()).isEqualTo("content of /page");
            assertThat(page.pushes).isEmpty();
        }
    }

    @Test
    void maxPushesBoundsWhatIsUnderWayAtOnce() throws Exception {
        routes("push=true&maxPushes=1", "");
        try (SpdyVisit visit = new SpdyVisit(rig.frontPort, 10)) {
            SpdyVisit.Answer page = visit.gets("/page");

            assertThat(page.text()).isEqualTo("content of /page");
            assertThat(page.pushes).hasSize(1);
        }
    }

    @Test
    void aCancelledPageCancelsItsPushes() throws Exception {
        routes("push=true", "");
        try (SpdyVisit visit = new SpdyVisit(rig.frontPort, 10)) {
            SpdyVisit.Answer page = visit.gets("/endless-page");
            assertThat(page.body().read()).isEqualTo('x');
            SpdyVisit.Answer push = page.pushes.get("/endless-push,1");
            assertThat(push.body().read()).isEqualTo('x');
            SpdyVisit.Answer failing = page.pushes.get("/fails");
            assertThat(failing.arrival()).as("a failed route").failsWithin(5, SECONDS);

            page.cancel();

            await().atMost(5, SECONDS).until(() -> openAtTheTunnel() == 0);
            assertThat(visit.session().openStreams()).isZero();
            push.body().close();
        }
    }

    private int openAtTheTunnel() {
        return rig.proxy.getComponent("spdytunnel", SpdyTunnelComponent.class).running().directory().tunnels().stream()
                .mapToInt(tunnel -> tunnel.session().openStreams())
                .sum();
    }

    @Test
    void anOriginCannotPushInAnothersName() throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front())
                        .to(rig.tunnel("origin1", "push=true").replace("sslContextParameters=#tls", "tls=false"));
            }
        });
        rig.proxy.start();
        try (RawOrigin origin = RawOrigin.registered(rig.tunnelPort, "origin1", TunnelRig.TOKEN);
                SpdyVisit visit = new SpdyVisit(rig.frontPort, 10)) {
            SpdyVisit.Answer page = visit.gets("/");
            origin.hears(frame -> frame.startsWith("SYN_STREAM 1 "));
            pushes(origin, 2, "http", "bank.example.com");
            pushes(origin, 4, "https", "site.example.com");
            pushes(origin, 6, "http", "site.example.com");
            origin.writer().headers(6, Fin.FIN, ok());

            origin.hears("RST_STREAM 2 REFUSED_STREAM"::equals);
            origin.hears("RST_STREAM 4 REFUSED_STREAM"::equals);
            origin.writer().synReply(1, Fin.MORE, ok());
            origin.writer().data(1, Unpooled.copiedBuffer(new byte[] {'o', 'k'}), Fin.FIN);
            assertThat(page.text()).isEqualTo("ok");
            assertThat(page.pushes).containsOnlyKeys("/pushed");
            assertThat(page.pushes.get("/pushed").head().status().code()).isEqualTo(200);
        }
    }

    private static HeaderBlock ok() {
        return new HeaderBlock().add(":status", "200 OK").add(":version", "HTTP/1.1");
    }

    private static void pushes(RawOrigin origin, int id, String scheme, String host) {
        HeaderBlock head =
                new HeaderBlock().add(":scheme", scheme).add(":host", host).add(":path", "/pushed");
        origin.writer().synStream(id, 1, 3, Fin.MORE, Answer.FORBIDDEN, head);
    }
}
