package io.spdytunnel.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which headers of a reply are but the request's own, that nobody has touched. */
class ReceivedHeadersTest {

    private static final String TYPE = "text/plain";

    private final ReceivedHeaders received = new ReceivedHeaders(new HashMap<>(Map.of("content-type", TYPE)));

    @Test
    void whatCameIsHeld() {
        assertThat(received.holds("content-type", TYPE)).isTrue();
    }

    @Test
    void theSameTextSetAnewIsNot() {
        assertThat(received.holds("content-type", String.valueOf(TYPE.toCharArray())))
                .isFalse();
    }

    /** A route that answers with the type it was sent sets the very object, under the name it likes. */
    @Test
    void theSameObjectUnderAnotherNameIsNot() {
        assertThat(received.holds("Content-Type", TYPE)).isFalse();
        assertThat(received.holds("x-type", TYPE)).isFalse();
        assertThat(received.holds("x-type", null)).isFalse();
    }
}
