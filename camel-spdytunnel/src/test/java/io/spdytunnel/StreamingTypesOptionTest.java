package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which bodies may be silent, at the front door, on the tunnel and towards services. */
class StreamingTypesOptionTest {

    private final FrontDoor door = new FrontDoor();
    private final SpdyTunnelConfiguration endpoint = new SpdyTunnelConfiguration();

    private static HttpHeaders of(String type) {
        return new DefaultHttpHeaders().set("Content-Type", type);
    }

    private boolean mayWaitOnTheTunnel(String type) {
        return endpoint.callSettings().streamingTypes().has(of(type));
    }

    private boolean mayWaitAtTheDoor(String type) {
        return door.settings().timeouts().streamingTypes().has(of(type));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/event-stream;charset=utf-8",
                "application/grpc-web+proto",
                "application/x-ndjson",
                "application/json-seq",
                "multipart/x-mixed-replace; boundary=frame"
            })
    void whatStreamsByNatureHasNoLimit(String type) {
        assertThat(mayWaitOnTheTunnel(type)).isTrue();
        assertThat(mayWaitAtTheDoor(type)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/json", "text/event-streams", "video/mp4"})
    void othersHaveOne(String type) {
        assertThat(mayWaitOnTheTunnel(type)).isFalse();
        assertThat(mayWaitAtTheDoor(type)).isFalse();
    }

    @Test
    void theListIsAnOption() {
        endpoint.setStreamingTypes("video/*");
        door.setStreamingTypes("video/*");
        assertThat(mayWaitOnTheTunnel("video/mp4")).isTrue();
        assertThat(mayWaitOnTheTunnel("text/event-stream")).isFalse();
        assertThat(mayWaitAtTheDoor("video/mp4")).isTrue();
        assertThat(mayWaitAtTheDoor("text/event-stream")).isFalse();
    }

    @Test
    void whatIsNoTypeIsNamed() {
        assertThatThrownBy(() -> door.setStreamingTypes("video")).hasMessageContaining("streamingTypes: \"video\"");
    }
}
