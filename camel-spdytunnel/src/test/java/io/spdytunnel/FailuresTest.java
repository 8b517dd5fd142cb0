package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.spdytunnel.http.OutcomeUnknown;
import io.spdytunnel.http.RequestNotSent;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a visitor, and a route, hear when something is wrong, and that nothing hangs. */
class FailuresTest {

    private final TunnelRig rig = new TunnelRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private RouteBuilder hello() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", "")).setBody(constant("hello"));
            }
        };
    }

    private void proxyRoute(String front, String producerOptions) throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(front).to(rig.tunnel("origin1", producerOptions));
            }
        });
    }

    @Test
    void anOriginThatIsAwayIs503AfterTheWait() throws Exception {
        proxyRoute(rig.front(), "awaitOrigin=300");
        rig.proxy.start();

        long start = System.nanoTime();
        HttpResponse<String> answer = rig.gets("/");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
        assertThat(answer.body()).isEqualTo("the origin cannot take the request now\n");
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(290), Duration.ofSeconds(4));
    }

    @Test
    void aRequestThatWaitsIsServedWhenTheOriginComes() throws Exception {
        proxyRoute(rig.front(), "awaitOrigin=20000");
        rig.origin.addRoutes(hello());
        rig.proxy.start();

        CompletableFuture<HttpResponse<String>> waiting =
                rig.visitor.sendAsync(rig.request("/").build(), BodyHandlers.ofString());
        rig.origin.start();

        assertThat(waiting.get(20, TimeUnit.SECONDS).body()).isEqualTo("hello");
    }

    @Test
    void anUnknownOriginIs404AtOnce() throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front())
                        .setHeader(SpdyTunnelConstants.ORIGIN, constant("nobody"))
                        .to(rig.tunnel("*", "anyName=true"));
            }
        });
        rig.proxy.start();

        assertThat(rig.gets("/").statusCode()).isEqualTo(404);
    }

    @Test
    void theHeaderNamesTheOriginOnTheStarAlone() throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front())
                        .setHeader(SpdyTunnelConstants.ORIGIN, simple("${header.X-Origin}"))
                        .to(rig.tunnel("*", "anyName=true"));
            }
        });
        rig.origin.addRoutes(hello());
        rig.starts().isUp();

        HttpResponse<String> answer =
                rig.visitor.send(rig.request("/").header("X-Origin", "origin1").build(), BodyHandlers.ofString());

        assertThat(answer.body()).isEqualTo("hello");
    }

    @Test
    void noAnswerInTimeIs504() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        proxyRoute(rig.front(), "responseTimeout=400");
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", "")).process(exchange -> release.await(20, TimeUnit.SECONDS));
            }
        });
        rig.starts().isUp();

        HttpResponse<String> answer = rig.gets("/");
        release.countDown();

        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.body()).isEqualTo("no answer came in time\n");
    }

    @Test
    void aTunnelThatBreaksBeforeTheAnswerIs502AndSaysThatTheOutcomeIsUnknown() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        proxyRoute("direct:in", "");
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", "drainTimeout=1")).process(exchange -> {
                    arrived.countDown();
                    release.await(20, TimeUnit.SECONDS);
                });
            }
        });
        rig.starts().isUp();

        CompletableFuture<Exchange> sent = rig.proxy.createProducerTemplate().asyncSend("direct:in", exchange -> {});
        assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Void> stopping = CompletableFuture.runAsync(() -> rig.origin.stop());
        Exchange failed = sent.get(10, TimeUnit.SECONDS);
        release.countDown();

        assertThat(failed.getException()).isInstanceOfSatisfying(OutcomeUnknown.class, unknown -> {
            assertThat(unknown.status()).isEqualTo(502);
            assertThat(unknown).hasMessageContaining("stream ");
            assertThat(unknown.forVisitor()).doesNotContain("stream", "[", ":");
        });
        stopping.get(30, TimeUnit.SECONDS);
    }

    @Test
    void aRefusedTokenIsToldAndTriedAgain() throws Exception {
        proxyRoute(rig.front(), "awaitOrigin=50");
        AtomicInteger calls = new AtomicInteger();
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", "").replace(TunnelRig.TOKEN, "wrong-token-that-is-long-enough"))
                        .process(exchange -> calls.incrementAndGet());
            }
        });
        rig.starts();

        await().atMost(10, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(statusOfOrigin()).contains("401"));
        assertThat(rig.gets("/").statusCode()).isEqualTo(503);
        assertThat(calls).hasValue(0);
    }

    private String statusOfOrigin() {
        return ((SpdyTunnelConsumer) rig.origin.getRoutes().get(0).getConsumer())
                .clients()
                .get(0)
                .status()
                .sentence();
    }

    @Test
    void aBodyOverTheLimitIs413() throws Exception {
        proxyRoute(rig.front(), "maxRequestBodySize=1000");
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", ""))
                        .convertBodyTo(String.class) // whoever answers before that may be faster than the limit
                        .setBody(constant("hello"));
            }
        });
        rig.starts().isUp();

        assertThat(rig.posts("/", "x".repeat(1001)).statusCode()).isEqualTo(413);
        assertThat(rig.posts("/", "x".repeat(1000)).statusCode()).isEqualTo(200);
        HttpResponse<String> chunked = rig.visitor.send(
                rig.request("/")
                        .POST(BodyPublishers.fromPublisher(BodyPublishers.ofString("x".repeat(200_000))))
                        .build(),
                BodyHandlers.ofString());
        assertThat(chunked.statusCode()).isEqualTo(413);
    }

    @Test
    void aReplyOverTheLimitNeverEndsCleanly() throws Exception {
        proxyRoute(rig.front(), "maxResponseBodySize=1000");
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", "")).setBody(constant("x".repeat(1001)));
            }
        });
        rig.starts().isUp();

        assertThat(rig.gets("/").statusCode()).isEqualTo(502);
    }

    @Test
    void withoutExceptionsAFailureIsAReplyWithItsStatus() throws Exception {
        proxyRoute(rig.front("muteException=true"), "throwExceptionOnFailure=false&awaitOrigin=50");
        rig.proxy.start();

        HttpResponse<String> answer = rig.gets("/");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).isEqualTo("the origin cannot take the request now\n");
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
    }

    @Test
    void withExceptionsARouteCanTellWhetherARetryIsSafe() throws Exception {
        proxyRoute("direct:in", "awaitOrigin=50");
        rig.proxy.start();

        Exchange failed = rig.proxy.createProducerTemplate().send("direct:in", new DefaultExchange(rig.proxy));

        assertThat(failed.getException())
                .isInstanceOfSatisfying(RequestNotSent.class, notSent -> assertThat(notSent.status())
                        .isEqualTo(503));
    }

    @Test
    void aBodyThatWasReadIsNotSentAndTheErrorNamesWhoReadIt() throws Exception {
        AtomicReference<String> told = new AtomicReference<>();
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                onException(RequestNotSent.class)
                        .process(exchange -> told.set(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class)
                                .getMessage()));
                from(rig.front())
                        .process(exchange -> exchange.getMessage()
                                .getBody(io.spdytunnel.http.HttpBody.class)
                                .read())
                        .to(rig.tunnel("origin1", ""));
            }
        });
        rig.origin.addRoutes(hello());
        rig.starts().isUp();

        HttpResponse<String> answer = rig.posts("/", "some body");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).isEqualTo("the request could not be sent\n");
        assertThat(told.get()).contains(FailuresTest.class.getName(), "StreamCache");
    }

    // ---- plain netty-http in front

    @Test
    void plainNettyHttpServesWhatItCan() throws Exception {
        proxyRoute(rig.front(""), "throwExceptionOnFailure=false&bufferedReplyLimit=100000");
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", "")).setBody(exchange -> "x"
                        .repeat(exchange.getMessage().getHeader(Exchange.HTTP_RAW_QUERY, 0, Integer.class)));
            }
        });
        rig.starts().isUp();

        assertThat(rig.gets("/?100000").body()).hasSize(100_000);
        HttpResponse<String> tooLong = rig.gets("/?100001");
        assertThat(tooLong.statusCode()).as(tooLong.body()).isEqualTo(502);
        assertThat(tooLong.body()).isEqualTo("the answer could not be passed on\n");
    }

    @Test
    void plainNettyHttpPassesBodiesBothWays() throws Exception {
        proxyRoute(rig.front(""), "");
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", "")).setBody(simple("${header.Content-Length}:${body}"));
            }
        });
        rig.starts().isUp();

        assertThat(rig.posts("/", "hello").body()).isEqualTo("5:hello");
        assertThat(rig.gets("/").statusCode()).isEqualTo(200);
    }

    // ---- wrong configurations

    private void failsToStart(String front, String to, String... words) throws Exception {
        TunnelRig other = new TunnelRig();
        assertThatThrownBy(() -> {
                    other.proxy.addRoutes(new RouteBuilder() {
                        @Override
                        public void configure() {
                            from(front).to(to);
                        }
                    });
                    other.proxy.start();
                })
                .satisfies(thrown -> assertThat(messages(thrown)).contains(words));
        other.close();
    }

    private static String messages(Throwable thrown) {
        StringBuilder all = new StringBuilder();
        for (Throwable one = thrown; one != null; one = one.getCause()) {
            all.append(one.getMessage()).append('\n');
        }
        return all.toString();
    }

    @Test
    void wrongOptionsFailAtStartNamingOptionValueAndRule() throws Exception {
        String good = rig.tunnel("origin1", "");
        failsToStart("direct:a", good + "&awaitOrigin=-1", "awaitOrigin", "-1", "at least 0");
        failsToStart("direct:a", good + "&maxHeaderFields=3", "maxHeaderFields", "3", "at least 10");
        failsToStart("direct:a", good + "&maxStreamWindow=1000", "maxStreamWindow", "1000", "65536");
        failsToStart("direct:a", good.replace("listen=127.0.0.1:", "listen=nowhere"), "listen", "nowhere", "host:port");
        failsToStart("direct:a", good + "&keepAlivePatience=11s", "keep-alive", "PT11S");
        failsToStart("direct:a", "spdytunnel:Not_A_Name", "Not_A_Name");
        failsToStart("direct:a", "spdytunnel:origin1?tls=false&listen=127.0.0.1:0", "neither authenticator nor token");
        failsToStart("direct:a", "spdytunnel:origin1?token=some-long-enough-token&listen=127.0.0.1:0", "no key store");
        failsToStart(
                "direct:a",
                "spdytunnel:origin1?token=some-long-enough-token&listen=127.0.0.1:0&sslContextParameters=#trustOnly",
                "have no key store");
        failsToStart("direct:a", rig.tunnel("*", ""), "anyName");
        failsToStart(rig.dial("origin1", "forwardTo=ftp://x"), "mock:x", "forwardTo", "ftp://x", "http://");
        failsToStart(
                rig.dial("origin1", "").replace("proxy=localhost:" + rig.tunnelPort + "&", ""),
                "mock:x",
                "option proxy");
        failsToStart(rig.dial("*", ""), "mock:x", "one name");
        failsToStart(
                rig.front("nettySharedHttpServer=#class:io.spdytunnel.FrontDoor&compression=true"),
                good,
                "compression");
    }

    @Test
    void aPortInUseIsNamed() throws Exception {
        proxyRoute(rig.front(), "");
        rig.proxy.start();

        failsToStart("direct:a", rig.tunnel("origin1", ""), String.valueOf(rig.tunnelPort));
        failsToStart(
                rig.front(),
                rig.tunnel("origin1", "").replace("" + rig.tunnelPort, "0"),
                String.valueOf(rig.frontPort));
    }

    @Test
    void endpointsThatShareAPortMustAgree() throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:a").to(rig.tunnel("origin1", ""));
                from("direct:b").to(rig.tunnel("origin2", "tls=false"));
            }
        });

        assertThatThrownBy(rig.proxy::start)
                .satisfies(thrown -> assertThat(messages(thrown)).contains("origin2", "differs in tls"));
    }

    @Test
    void eachTokenIsGoodForItsOwnNameOnly() throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:a").to(rig.tunnel("origin1", ""));
                from("direct:b")
                        .to(rig.tunnel("origin2", "").replace(TunnelRig.TOKEN, "another-token-of-enough-length"));
            }
        });
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin2", "")).setBody(constant("impostor"));
            }
        });
        rig.starts();

        await().atMost(10, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(statusOfOrigin()).contains("403"));
        assertThat(List.of(rig.proxy
                        .getComponent("spdytunnel", SpdyTunnelComponent.class)
                        .running()
                        .directory()
                        .tunnels()))
                .containsExactly(List.of());
    }
}
