package io.spdytunnel.front;

import static io.spdytunnel.front.FrontDoorOnLoopback.head;
import static io.spdytunnel.front.FrontDoorOnLoopback.respond;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.IncomingRequest;
import io.spdytunnel.http.StreamingTypes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens on a connection when time goes by, and to those who waste ours. */
class Http1TimeTest {

    private static final String GET = SocketVisitor.get("/");
    private static final String UPLOAD = "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n";

    @Test
    void row17ASlowHeadIsGivenTenSeconds() {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says("GET / HT");
            for (int i = 0; i < 9; i++) {
                visitor.staysSilentFor(ofSeconds(1));
                visitor.says("T");
            }
            assertThat(visitor.isConnected()).isTrue();

            visitor.staysSilentFor(ofSeconds(1));

            assertThat(visitor.hears()).startsWith("HTTP/1.1 408 ");
            assertThat(visitor.isConnected()).isFalse();
        }
    }

    @Test
    void whoSaysNothingAtAllIsLeftAloneForTenSeconds() {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.staysSilentFor(ofSeconds(9));
            assertThat(visitor.isConnected()).isTrue();

            visitor.staysSilentFor(ofSeconds(1));

            assertThat(visitor.hears()).isEmpty();
            assertThat(visitor.isConnected()).isFalse();
        }
    }

    @Test
    void betweenRequestsThereAre75Seconds() {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            for (int i = 0; i < 3; i++) {
                visitor.says(GET);
                respond(visitor.requests.get(i), 200, "x");
                visitor.staysSilentFor(ofSeconds(74));
                assertThat(visitor.isConnected()).isTrue();
            }
            visitor.staysSilentFor(ofSeconds(1));
            assertThat(visitor.isConnected()).isFalse();
        }
    }

    @Test
    void theSecondHeadHasTenSecondsToo() {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(GET);
            respond(visitor.onlyRequest(), 200, "x");
            visitor.staysSilentFor(ofSeconds(70));
            visitor.says("G");
            visitor.staysSilentFor(ofSeconds(9));
            assertThat(visitor.isConnected()).isTrue();
            visitor.hears();

            visitor.staysSilentFor(ofSeconds(1));

            assertThat(visitor.hears()).startsWith("HTTP/1.1 408 ");
        }
    }

    @Test
    void anAnswerMayTakeItsTimeButABodyMustMove() {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(GET);
            visitor.staysSilentFor(ofMinutes(10));
            TrickleSource source = new TrickleSource(HttpBody.UNKNOWN_LENGTH);
            visitor.onlyRequest().respond(head(200), source.body());
            visitor.staysSilentFor(ofSeconds(59));
            source.gives("a");
            visitor.hears();
            visitor.staysSilentFor(ofSeconds(59));
            assertThat(visitor.isConnected()).isTrue();

            visitor.staysSilentFor(ofSeconds(1));

            assertThat(visitor.isConnected()).isFalse();
            assertThat(source.abandonedBecause()).contains("60 s");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/event-stream",
                "Application/GRPC+proto",
                "application/x-ndjson",
                "application/json-seq; charset=utf-8",
                "multipart/x-mixed-replace;boundary=x"
            })
    void aStreamMayBeSilentForAsLongAsItLikes(String type) {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(GET);
            TrickleSource source = new TrickleSource(HttpBody.UNKNOWN_LENGTH);
            visitor.onlyRequest().respond(head(200, headers -> headers.set("Content-Type", type)), source.body());
            visitor.staysSilentFor(ofMinutes(10));
            source.gives("a");
            source.ends();
            assertThat(visitor.hears()).endsWith("1\r\na\r\n0\r\n\r\n");
        }
    }

    @Test
    void whichTypesAreStreamsIsAnOption() {
        VisitorTimeouts usual = VisitorTimeouts.DEFAULT;
        VisitorServerSettings settings = VisitorServerSettings.DEFAULT.withTimeouts(new VisitorTimeouts(
                usual.head(), usual.keepAlive(), usual.bodyIdle(), usual.linger(), StreamingTypes.parse("a/b*")));
        for (String type : new String[] {"a/bc", "text/event-stream"}) {
            try (FrozenVisitor visitor = new FrozenVisitor(settings)) {
                visitor.says(GET);
                TrickleSource source = new TrickleSource(HttpBody.UNKNOWN_LENGTH);
                visitor.onlyRequest().respond(head(200, headers -> headers.set("Content-Type", type)), source.body());
                visitor.staysSilentFor(ofSeconds(60));
                assertThat(visitor.isConnected()).isEqualTo(type.equals("a/bc"));
            }
        }
    }

    @Test
    void anUploadMustMoveOnceSomebodyWantsIt() {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(UPLOAD);
            visitor.staysSilentFor(ofMinutes(10));
            assertThat(visitor.isConnected()).isTrue();
            CollectingSink sink = new CollectingSink(visitor.onlyRequest().body());
            visitor.onlyRequest().body().pipeTo(sink);
            visitor.staysSilentFor(ofSeconds(59));
            visitor.says("x");
            visitor.staysSilentFor(ofSeconds(59));
            assertThat(visitor.isConnected()).isTrue();

            visitor.staysSilentFor(ofSeconds(1));

            assertThat(visitor.hears()).startsWith("HTTP/1.1 408 ");
            assertThat(sink.failure()).isNotNull();
        }
    }

    @Test
    void anAddressIsAskedToWaitWhileTooMuchIsWorkedOnThatItGaveUp() {
        VisitorServerSettings settings = VisitorServerSettings.DEFAULT;
        AbortLimit aborts = new AbortLimit(settings);
        List<IncomingRequest> worked = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            try (FrozenVisitor visitor = new FrozenVisitor(settings, aborts, worked::add)) {
                visitor.says(GET);
                assertThat(worked).hasSize(i + 1);
                visitor.leaves();
            }
        }
        try (FrozenVisitor visitor = new FrozenVisitor(settings, aborts, request -> {})) {
            visitor.says(GET);
            assertThat(visitor.hears()).startsWith("HTTP/1.1 429 ").contains("retry-after: 1\r\n");
        }
        respond(worked.get(7), 200, "nobody waits for it");
        try (FrozenVisitor visitor = new FrozenVisitor(settings, aborts, request -> {})) {
            visitor.says(GET);
            respond(visitor.onlyRequest(), 200, "welcome back");
            assertThat(visitor.hears()).startsWith("HTTP/1.1 200 ");
        }
    }

    /** It is given up here, but nobody can stop who works on it. */
    @Test
    void aRequestThatIsRefusedForItsBodyCountsAsGivenUp() {
        VisitorServerSettings settings = VisitorServerSettings.DEFAULT;
        AbortLimit aborts = new AbortLimit(settings);
        try (FrozenVisitor visitor = new FrozenVisitor(settings, aborts, request -> {})) {
            visitor.says("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n");
            assertThat(visitor.hears()).startsWith("HTTP/1.1 400 ");
            assertThat(aborts.addresses()).isEqualTo(1);

            respond(visitor.onlyRequest(), 200, "nobody waits for it");

            assertThat(aborts.isEmpty()).isTrue();
        }
    }
}
