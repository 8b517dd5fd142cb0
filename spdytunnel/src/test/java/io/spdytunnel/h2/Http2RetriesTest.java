package io.spdytunnel.h2;

import static io.spdytunnel.h2.Http2ServicesTest.END_HEADERS;
import static io.spdytunnel.h2.Http2ServicesTest.GOAWAY;
import static io.spdytunnel.h2.Http2ServicesTest.HEADERS;
import static io.spdytunnel.h2.Http2ServicesTest.OK;
import static io.spdytunnel.h2.Http2ServicesTest.REFUSED_STREAM;
import static io.spdytunnel.h2.Http2ServicesTest.RST_STREAM;
import static io.spdytunnel.h2.Http2ServicesTest.awaitFrame;
import static io.spdytunnel.h2.Http2ServicesTest.frame;
import static io.spdytunnel.h2.Http2ServicesTest.greetAndAwaitTheRequest;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.HttpMethod;
import io.spdytunnel.h2.ServiceRig.Heard;
import io.spdytunnel.http.HttpBody;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an HTTP/2 service says it has not looked at is sent again at once. */
class Http2RetriesTest {

    private ServerSocket listening;
    private ServiceRig rig;

    private void serves(Http2ServicesTest.Conversation conversation) throws IOException {
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        rig = new ServiceRig(listening.getLocalPort(), Duration.ofSeconds(5));
        Http2ServicesTest.accepts(listening, conversation);
    }

    @AfterEach
    void close() throws IOException {
        rig.close();
        listening.close();
        assertThat(rig.budget.used()).isZero();
    }

    @Test
    void aRefusedRequestIsSentAgainOnAnotherConnection() throws Exception {
        AtomicInteger connections = new AtomicInteger();
        serves((in, out) -> {
            boolean refuses = connections.incrementAndGet() == 1;
            int stream = greetAndAwaitTheRequest(in, out);
            if (refuses) {
                frame(out, RST_STREAM, stream, 0, 0, 0, REFUSED_STREAM);
            } else {
                endingHead(out, stream);
            }
            in.readAllBytes();
        });
        assertThat(rig.gets("/").status()).isEqualTo(200);
        assertThat(connections).hasValue(2);
    }

    /** As gRPC's servers do with a maximum age, and balancers: what comes behind the last stream is not even looked at. */
    @Test
    void noRequestIsLostToAServiceThatOftenGoesAway() throws Exception {
        AtomicInteger answered = new AtomicInteger();
        AtomicInteger connections = new AtomicInteger();
        serves((in, out) -> {
            connections.incrementAndGet();
            frame(out, 4, 0);
            in.skipNBytes(24);
            for (int i = 0; i < 300; i++) {
                int stream = awaitFrame(in, HEADERS, any -> true);
                answered.incrementAndGet();
                endingHead(out, stream);
                if (i == 299) {
                    frame(out, GOAWAY, 0, 0, 0, stream >> 8, stream & 0xFF, 0, 0, 0, 0);
                }
            }
            in.readAllBytes();
        });
        int requests = 6000;
        Semaphore underWay = new Semaphore(64);
        List<Heard> calls = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            underWay.acquire();
            Heard call = rig.sends(i % 2 == 0 ? HttpMethod.GET : HttpMethod.POST, "/" + i, HttpBody.empty());
            var unused = call.over.thenRun(underWay::release);
            calls.add(call);
        }
        for (Heard call : calls) {
            assertThat(call.status()).isEqualTo(200);
        }
        assertThat(answered).as("each has run once").hasValue(requests);
        assertThat(connections.get()).isGreaterThanOrEqualTo(requests / 300);
    }

    /** 200, and nothing behind it. */
    private static void endingHead(OutputStream out, int stream) throws IOException {
        out.write(new byte[] {0, 0, 1, HEADERS, END_HEADERS | 1, 0, 0, (byte) (stream >> 8), (byte) stream, (byte) OK});
    }
}
