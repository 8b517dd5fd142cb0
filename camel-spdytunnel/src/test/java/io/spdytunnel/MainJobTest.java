package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The main job: a visitor's request goes down the tunnel into the origin's route, and its answer comes back. */
class MainJobTest {

    private final TunnelRig rig = new TunnelRig();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void visitorGetsWhatTheOriginsRouteSays() throws Exception {
        // given
        rig.startsWith(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from(rig.dial("origin1", ""))
                                .setBody(
                                        simple(
                                                "${header.CamelHttpMethod} ${header.CamelHttpPath} ${header.CamelHttpRawQuery}"))
                                .setHeader(Exchange.CONTENT_TYPE, constant("text/plain"));
                    }
                })
                .isUp();

        // when
        HttpResponse<String> answer = rig.gets("/some/%7Epath%2Fhere?a=1&b=%20");

        // then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("GET /some/%7Epath%2Fhere a=1&b=%20");
    }
}
