package io.spdytunnel.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpHeaders;
import io.spdytunnel.http.BodySink;
import io.spdytunnel.http.FedBody;
import io.spdytunnel.session.MemoryBudget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A visitor's WebSocket that ends at the origin, frame by frame, with a clock that only the test turns. */
class WebSocketConnectionTest {

    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final int MOST = 1000;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final FedBody visitor = new FedBody();
    private final MemoryBudget budget = new MemoryBudget(MemoryBudget.STREAM_BYTES);
    private final List<String> heard = new ArrayList<>();
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private boolean visitorReads = true;
    private boolean ended;
    private int unread;
    private WebSocketConnection connection;

    private final WebSocketListener listener = new WebSocketListener() {
        @Override
        public void text(String message) {
            heard.add("text " + message);
        }

        @Override
        public void binary(byte[] message) {
            heard.add("binary " + ByteBufUtil.hexDump(message));
        }

        @Override
        public void closed(int code, String reason) {
            heard.add("closed " + code + " " + reason);
        }
    };

    @BeforeEach
    void open() {
        channel.freezeTime();
        connection = new WebSocketConnection(channel.eventLoop(), visitor.body(), budget, MOST, listener);
        connection.body().pipeTo(new BodySink() {
            @Override
            public void data(ByteBuf bytes) {
                sent.writeBytes(ByteBufUtil.getBytes(bytes));
                unread += bytes.readableBytes();
                bytes.release();
                reads();
            }

            @Override
            public void end(HttpHeaders trailers) {
                ended = true;
            }

            @Override
            public void failed(IOException cause) {
                ended = true;
            }
        });
        connection.begin();
    }

    @AfterEach
    void everythingIsGivenBack() {
        visitor.body().fail(new IOException("the test is over"));
        connection.goOn();
        visitorReads = true;
        reads();
        assertThat(heard.get(heard.size() - 1)).startsWith("closed ");
        assertThat(budget.used()).isZero();
    }

    private void reads() {
        if (visitorReads && unread > 0) {
            int read = unread;
            unread = 0;
            connection.body().consumed(read);
        }
    }

    private static byte[] frame(int first, byte[] payload) {
        return frame(first, MASKED, payload);
    }

    private static byte[] frame(int first, int masked, byte[] payload) {
        ByteBuf frame = Unpooled.buffer().writeByte(first);
        if (payload.length <= 125) {
            frame.writeByte(masked | payload.length);
        } else {
            frame.writeByte(masked | 126).writeShort(payload.length);
        }
        byte[] mask = masked == 0 ? new byte[4] : new byte[] {1, 2, 3, 4};
        if (masked != 0) {
            frame.writeBytes(mask);
        }
        for (int i = 0; i < payload.length; i++) {
            frame.writeByte(payload[i] ^ mask[i % 4]);
        }
        return ByteBufUtil.getBytes(frame);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private void says(int first, String payload) {
        visitor.says(frame(first, bytes(payload)));
    }

    /** What was sent to the visitor, a char for a byte, and forgets it. */
    private String told() {
        String told = sent.toString(ISO_8859_1);
        sent.reset();
        return told;
    }

    private static String closeFrame(int code, String reason) {
        byte[] payload = new byte[2 + reason.length()];
        payload[0] = (byte) (code >> 8);
        payload[1] = (byte) code;
        System.arraycopy(bytes(reason), 0, payload, 2, reason.length());
        return new String(frame(FIN | CLOSE, 0, payload), ISO_8859_1);
    }

    @Test
    void messagesAreToldAsTheyAre() {
        says(FIN | TEXT, "caf\u00e9 \u2603");
        connection.goOn();
        byte[] all = new byte[256];
        for (int i = 0; i < 256; i++) {
            all[i] = (byte) i;
        }
        visitor.says(frame(FIN | BINARY, all));
        connection.goOn();
        says(FIN | TEXT, "");

        assertThat(heard).containsExactly("text caf\u00e9 \u2603", "binary " + ByteBufUtil.hexDump(all), "text ");
    }

    @Test
    void framesInSingleBytesAreUnderstood() {
        for (byte one : frame(FIN | TEXT, bytes("x".repeat(200)))) {
            visitor.says(new byte[] {one});
        }
        assertThat(heard).containsExactly("text " + "x".repeat(200));
    }

    @Test
    void partsAreOneMessageAndAPingBetweenThemIsAnsweredAtOnce() {
        says(TEXT, "one");
        says(0, " and");
        says(FIN | PING, "there?");
        assertThat(told()).isEqualTo(new String(frame(FIN | PONG, 0, bytes("there?")), ISO_8859_1));
        assertThat(heard).isEmpty();
        says(FIN | PONG, "never asked");

        says(FIN, " two");

        assertThat(heard).containsExactly("text one and two");
    }

    @Test
    void theNextMessageWaitsAndTheVisitorStandsStill() {
        says(FIN | TEXT, "first");
        says(FIN | TEXT, "second");
        says(FIN | CLOSE, "");
        int taken = visitor.taken();
        assertThat(taken).isEqualTo(frame(FIN | TEXT, bytes("first")).length);
        assertThat(heard).containsExactly("text first");

        connection.goOn();
        assertThat(heard).containsExactly("text first", "text second");
        assertThat(visitor.taken()).isGreaterThan(taken);
        connection.goOn();

        assertThat(heard).containsExactly("text first", "text second", "closed 1005 ");
    }

    @Test
    void messagesInOnePieceComeOneByOneToo() {
        visitor.says(ByteBufUtil.getBytes(
                Unpooled.wrappedBuffer(frame(FIN | TEXT, bytes("a")), frame(FIN | TEXT, bytes("b")))));
        assertThat(heard).containsExactly("text a");

        connection.goOn();

        assertThat(heard).containsExactly("text a", "text b");
    }

    @Test
    void aCloseIsConfirmedWithItsCode() {
        visitor.says(frame(FIN | CLOSE, new byte[] {(byte) (4321 >> 8), (byte) 4321, 'o', 'k'}));

        assertThat(told()).isEqualTo(closeFrame(4321, ""));
        assertThat(heard).containsExactly("closed 4321 ok");
        assertThat(ended).isTrue();
    }

    @Test
    void ourCloseWaitsForTheirs() {
        connection.close(4000, "enough");
        assertThat(told()).isEqualTo(closeFrame(4000, "enough"));
        says(FIN | TEXT, "crossed on the way");
        assertThat(ended).isFalse();

        visitor.says(frame(FIN | CLOSE, new byte[] {(byte) (4000 >> 8), (byte) 4000}));

        assertThat(ended).isTrue();
        assertThat(heard).containsExactly("closed 4000 enough");
    }

    @Test
    void whoDoesNotConfirmIsGivenUp() {
        connection.close(1000, "");
        channel.advanceTimeBy(4, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(visitor.abandonedBecause()).isEmpty();

        channel.advanceTimeBy(2, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();

        assertThat(visitor.abandonedBecause()).contains("did not answer the close frame");
        assertThat(heard).containsExactly("closed 1000 ");
    }

    @Test
    void anEndWithoutACloseIs1006() {
        says(FIN | TEXT, "last");
        visitor.ends();
        assertThat(heard).containsExactly("text last");

        connection.goOn();

        assertThat(heard).containsExactly("text last", "closed 1006 ");
        assertThat(ended).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "1002, 81 01 41", // not masked
        "1002, C1 81 00000000 41", // a reserved bit
        "1002, 83 81 00000000 41", // an opcode that is none
        "1002, 80 81 00000000 41", // goes on with nothing
        "1002, 09 81 00000000 41", // a ping in parts
        "1002, 01 81 00000000 41 81 81 00000000 41", // begins anew in the middle
        "1002, 89 FE 007E 00000000", // a ping of 126 bytes
        "1002, 88 82 00000000 03ED", // closes with 1005
        "1002, 88 81 00000000 03", // half a code
        "1007, 81 81 00000000 FF",
        "1007, 88 83 00000000 03E8FF",
        "1009, 82 FE 03E9 00000000", // 1001 bytes
    })
    void aBreachIsClosedWithItsCode(int code, String hex) {
        visitor.says(ByteBufUtil.decodeHexDump(hex.replace(" ", "")));

        assertThat(told()).startsWith(closeFrame(code, "").substring(0, 1));
        assertThat(heard).hasSize(1).first().asString().startsWith("closed " + code);
        assertThat(ended).isTrue();
    }

    @Test
    void aMessageTooLongInPartsIs1009() {
        says(TEXT, "x".repeat(MOST));
        assertThat(told()).isEmpty();

        says(0, "x");

        assertThat(told()).contains(closeFrame(1009, "").substring(2, 4)).contains(String.valueOf(MOST));
        assertThat(heard).isEmpty();
    }

    @Test
    void withoutMemoryForItTheVisitorIsToldToTryAgain() {
        assertThat(budget.take(MemoryBudget.STREAM_BYTES - 60)).isTrue();

        visitor.says(frame(FIN | TEXT, bytes("x".repeat(100))));

        assertThat(heard).hasSize(1).first().asString().startsWith("closed 1013");
        budget.giveBack(MemoryBudget.STREAM_BYTES - 60);
    }

    @Test
    void whatTheVisitorDoesNotReadHasALimit() {
        visitorReads = false;
        assertThat(connection.send("x".repeat(2 * MOST)))
                .as("a single one always may")
                .isCompleted();
        var next = connection.send(new byte[1]);
        assertThat(next).isCompletedExceptionally();
        assertThatThrownBy(() -> next.toCompletableFuture().join())
                .hasMessageContaining("2004 bytes wait for it")
                .hasMessageContaining("maxWebSocketMessage");
        var all = connection.whenSent();
        assertThat(all).isNotCompleted();

        visitorReads = true;
        reads();

        assertThat(all).isCompleted();
        assertThat(connection.send("again")).isCompleted();
    }

    @Test
    void afterTheEndNothingIsSent() {
        says(FIN | CLOSE, "");

        assertThat(connection.send("late")).isCompletedExceptionally();
        assertThat(connection.whenSent()).isCompleted();
        connection.close(1000, "again");
        assertThat(heard).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 2999, 5000})
    void codesThatMustNotBeSentAreRefused(int code) {
        assertThatThrownBy(() -> connection.close(code, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(String.valueOf(code));
    }

    @Test
    void aVisitorWhoIsGoneIsToldOf() {
        connection.body().abandon("the visitor left");

        assertThat(heard).containsExactly("closed 1006 ");
        assertThat(visitor.abandonedBecause()).isNotEmpty();
    }
}
