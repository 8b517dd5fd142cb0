package io.spdytunnel.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import io.spdytunnel.TunnelRig;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.junit.jupiter.api.Test;

/** What is native memory is given back, by whoever is the last to hold it. */
class OpenSslEnginesTest {

    private static OpenSslEngines engines() throws Exception {
        SSLContextParameters parameters = TunnelRig.tls();
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            SSLContext context = parameters.createSSLContext(camel);
            return OpenSslEngines.of(new TlsPlan(
                    "the port",
                    true,
                    parameters,
                    "SunJSSE",
                    context.createSSLEngine().getSSLParameters(),
                    List.of(parameters.getKeyManagers().createKeyManagers()),
                    null,
                    60,
                    List.of("http/1.1")));
        }
    }

    @Test
    void aContextLivesAsLongAsAnEngineOfIt() throws Exception {
        OpenSslEngines made = engines();
        SslContext context = made.context();
        SSLEngine engine = made.newEngine(UnpooledByteBufAllocator.DEFAULT, null, 0);
        assertThat(ReferenceCountUtil.refCnt(context)).isEqualTo(2);

        made = null; // as when stores are renewed: the port has another one now
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            System.gc();
            return ReferenceCountUtil.refCnt(context) == 1;
        });

        ReferenceCountUtil.release(engine);
        assertThat(ReferenceCountUtil.refCnt(context)).isZero();
    }
}
