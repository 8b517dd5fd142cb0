package io.spdytunnel.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of a visitor's raw bytes that were asked for and not granted. */
class RawSocketTest {

    private final List<String> heard = new ArrayList<>();

    private final BodySink behind = new BodySink() {
        @Override
        public void data(ByteBuf bytes) {
            bytes.release();
            heard.add("bytes");
        }

        @Override
        public void end(HttpHeaders trailers) {
            heard.add("end");
        }

        @Override
        public void failed(IOException cause) {
            heard.add("broken");
        }
    };

    /** An origin may have granted what the route then refused: to what is behind it, that must not look like an end. */
    @Test
    void refusedTheyBreakOff() throws Exception {
        EmbeddedChannel channel = new EmbeddedChannel();
        RawSocket socket = new RawSocket(channel, Duration.ZERO, Duration.ofSeconds(1));

        socket.refuse();
        socket.received().pipeTo(behind);

        assertThat(heard).containsExactly("broken");
        channel.finishAndReleaseAll();
    }
}
