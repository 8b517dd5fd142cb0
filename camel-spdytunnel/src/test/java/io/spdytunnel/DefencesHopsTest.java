package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;

/** What belongs to one hop stays on it, and what a visitor says of itself does not count: DEFENCES row 24. */
class DefencesHopsTest {

    @Test
    void row24HeadersOfOneHopAndForgedOnesNeverReachTheOrigin() throws Exception {
        try (TunnelRig rig = new TunnelRig()) {
            rig.startsWith(new RouteBuilder() {
                        @Override
                        public void configure() {
                            from(rig.dial("origin1", "")).process(exchange -> exchange.getMessage()
                                    .setBody("headers " + exchange.getMessage().getHeaders()));
                        }
                    })
                    .isUp();
            try (RawVisitor visitor = new RawVisitor(rig.frontPort)) {
                visitor.says("GET / HTTP/1.1\r\nHost: a\r\nConnection: X-Forwarded-For, Cookie, X-Hop, close\r\n"
                        + "Cookie: hop=1\r\nX-Hop: mine\r\nX-Kept: yes\r\nKeep-Alive: 5\r\nProxy-Authorization: p\r\n"
                        + "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\n"
                        + "X-Forwarded-Prefix: /evil\r\nX-Real-IP: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\nVia: 1.1 evil\r\n"
                        + "cAmElSpdyTunnelForwardTo: http://127.0.0.1:1\r\norg.apache.camel.Evil: evil\r\n"
                        + "CAMELHttpUri: evil\r\n\r\n");
                String answer = visitor.readsAll();

                assertThat(answer).startsWith("HTTP/1.1 200").contains("X-Kept=yes".toLowerCase(java.util.Locale.ROOT));
                assertThat(answer.substring(answer.indexOf("headers ")))
                        .contains("x-forwarded-for=127.0.0.1", "x-forwarded-proto=http", "via=1.1 spdytunnel")
                        .doesNotContainIgnoringCase("6.6.6.6")
                        .doesNotContainIgnoringCase("evil")
                        .doesNotContainIgnoringCase("hop=1")
                        .doesNotContainIgnoringCase("X-Hop")
                        .doesNotContainIgnoringCase("ForwardTo")
                        .doesNotContainIgnoringCase("keep-alive")
                        .doesNotContainIgnoringCase("proxy-authorization");
            }
        }
    }
}
