package io.spdytunnel.front;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.spdytunnel.net.AddressRanges;
import io.spdytunnel.testing.RecordingLog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

/** A balancer says who the visitor is, and the door believes it where it was told to. */
class ProxyProtocolTest {

    private static final AddressRanges LOOPBACK = AddressRanges.parse("127.0.0.0/8, ::1");
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String LINE = "PROXY TCP4 203.0.113.7 198.51.100.1 40112 443\r\n";

    /** Version 2, TCP over IPv4, with an extension of three bytes behind the addresses. */
    private static final String BINARY =
            SIGNATURE + "21110013" + "cb007107" + "c6336401" + "9cb0" + "01bb" + "04000003616263";

    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    private @Nullable FrontDoorOnLoopback door;

    @AfterEach
    void close() {
        if (door != null) {
            door.close();
        }
    }

    private static byte[] bytes(String header) {
        return header.startsWith("PROXY")
                ? header.getBytes(ISO_8859_1)
                : HexFormat.of().parseHex(header);
    }

    private static @Nullable ProxyHeader read(String header) throws ProxyHeader.Malformed {
        ByteBuf in = Unpooled.wrappedBuffer(bytes(header));
        ProxyHeader read = ProxyHeader.read(in);
        assertThat(in.isReadable()).as("bytes left").isEqualTo(read == null);
        return read;
    }

    private FrontDoorOnLoopback opens(AddressRanges from, AddressRanges allow, AddressRanges deny) throws IOException {
        VisitorTimeouts usual = VisitorTimeouts.DEFAULT;
        FrontDoorOnLoopback opened = new FrontDoorOnLoopback(
                VisitorServerSettings.DEFAULT
                        .withTimeouts(new VisitorTimeouts(
                                Duration.ofSeconds(2), usual.keepAlive(), usual.bodyIdle(), usual.linger()))
                        .withEdge(new VisitorEdge(allow, deny, from, AddressRanges.NONE, false)),
                null);
        opened.handler = request -> FrontDoorOnLoopback.respond(request, 200, String.valueOf(request.remoteAddress()));
        door = opened;
        return opened;
    }

    private FrontDoorOnLoopback opens() throws IOException {
        return opens(LOOPBACK, AddressRanges.NONE, AddressRanges.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                LINE_ESCAPED_4 + ", 203.0.113.7:40112",
                "PROXY TCP6 2001:db8::7 ::1 1 65535~, [2001:db8::7]:1",
                "PROXY TCP6 ::ffff:203.0.113.7 ::1 1 2~, 203.0.113.7:1",
                "PROXY UNKNOWN~, none",
                "PROXY UNKNOWN ffff::1 whatever 1 2~, none",
                SIGNATURE + "2111000ccb007107c63364019cb001bb, 203.0.113.7:40112",
                SIGNATURE + "21210024" + "20010db8000000000000000000000007" + "00000000000000000000000000000001"
                        + "000101bb, [2001:db8::7]:1",
                SIGNATURE + "20000000, none",
                SIGNATURE + "2011000ccb007107c63364019cb001bb, none",
                SIGNATURE + "21000003040000, none",
                SIGNATURE + "21310000, none",
            })
    void bothVersionsAreUnderstood(String header, @Nullable String visitor) throws Exception {
        ProxyHeader read = read(header.replace("~", "\r\n"));

        assertThat(read).isNotNull();
        InetSocketAddress named = read.visitor();
        assertThat(named == null ? null : io.netty.util.NetUtil.toSocketAddressString(named))
                .isEqualTo(visitor);
    }

    private static final String LINE_ESCAPED_4 = "PROXY TCP4 203.0.113.7 198.51.100.1 40112 443~";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 203.0.113.7 198.51.100.1 40112 443\n",
                "PROXY TCP4  203.0.113.7 198.51.100.1 40112 443\r\n",
                "PROXY TCP4 203.0.113.7 198.51.100.1 40112\r\n",
                "PROXY TCP4 2001:db8::7 ::1 1 2\r\n",
                "PROXY TCP6 203.0.113.7 198.51.100.1 1 2\r\n",
                "PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n",
                "PROXY TCP4 203.0.113.700 198.51.100.1 1 2\r\n",
                "PROXY TCP4 203.0.113.7 198.51.100.1 65536 2\r\n",
                "PROXY TCP4 203.0.113.7 198.51.100.1 -1 2\r\n",
                "PROXY UDP4 203.0.113.7 198.51.100.1 1 2\r\n",
                "PROXY \r\n",
                SIGNATURE + "1111000ccb007107c63364019cb001bb",
                SIGNATURE + "2211000ccb007107c63364019cb001bb",
                SIGNATURE + "2112000ccb007107c63364019cb001bb",
                SIGNATURE + "2111000b",
                SIGNATURE + "21111001",
            })
    void whatIsNoHeaderIsRefused(String header) {
        assertThatThrownBy(() -> read(header)).isInstanceOf(ProxyHeader.Malformed.class);
    }

    @Test
    void aLineWithoutEndIsRefusedAtItsBound() throws Exception {
        assertThat(read("PROXY UNKNOWN " + "x".repeat(92))).isNull();

        assertThatThrownBy(() -> read("PROXY UNKNOWN " + "x".repeat(93))).hasMessageContaining("107");
    }

    @ParameterizedTest
    @ValueSource(strings = {LINE, BINARY})
    @Timeout(60)
    void aHeaderSplitAtEveryByteIsUnderstoodAndLosesNothingBehindIt(String header) throws Exception {
        FrontDoorOnLoopback door = opens();
        byte[] all = concat(bytes(header), REQUEST.getBytes(ISO_8859_1));
        for (int split = 0; split <= bytes(header).length + 2; split++) {
            try (SocketVisitor balancer = door.visitor()) {
                balancer.out().write(all, 0, split);
                balancer.out().flush();
                balancer.out().write(all, split, all.length - split);

                assertThat(balancer.reads().text()).as("split at %d", split).isEqualTo("/203.0.113.7:40112");
            }
        }
        for (int i = 1; i < bytes(header).length; i++) { // whatever the kernel makes of the packets above
            ByteBuf in = Unpooled.wrappedBuffer(bytes(header), 0, i);
            assertThat(ProxyHeader.read(in)).isNull();
            assertThat(in.readerIndex()).isZero();
        }
    }

    private static byte[] concat(byte[] one, byte[] other) {
        ByteBuf both = Unpooled.wrappedBuffer(one, other);
        byte[] bytes = new byte[both.readableBytes()];
        both.readBytes(bytes);
        return bytes;
    }

    @Test
    void http2AndSpdyVisitorsAreKnownByItToo() throws Exception {
        FrontDoorOnLoopback door = opens();
        InetSocketAddress address = door.server().localAddress();
        try (FrameVisitor visitor = new FrameVisitor(new Socket(address.getAddress(), address.getPort()))) {
            visitor.says(LINE + FrameVisitor.PREFACE);
            visitor.frame(FrameVisitor.SETTINGS, 0, 0, Unpooled.EMPTY_BUFFER);

            assertThat(visitor.answer(visitor.gets("/")).text()).isEqualTo("/203.0.113.7:40112");
        }
    }

    @Test
    void whoIsNotListedIsNotUnderstood() throws Exception {
        FrontDoorOnLoopback door = opens(AddressRanges.parse("10.0.0.0/8"), AddressRanges.NONE, AddressRanges.NONE);
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says(LINE + REQUEST);
            assertThat(visitor.reads().status()).isEqualTo(400);
        }
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says(REQUEST);
            assertThat(visitor.reads().text()).startsWith("/127.0.0.1:");
        }
    }

    @Test
    void fromWhoIsListedItIsRequired() throws Exception {
        FrontDoorOnLoopback door = opens();
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says(REQUEST);
            assertThat(hungUpOn(visitor)).isTrue();
        }
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says("PROXY TCP4 203");
            assertThat(hungUpOn(visitor)).as("after its two seconds").isTrue();
        }
    }

    private static boolean hungUpOn(SocketVisitor visitor) throws IOException {
        try {
            return visitor.isHungUpOn();
        } catch (java.net.SocketException reset) {
            return true; // with bytes of ours unread
        }
    }

    @Test
    void theBalancersOwnCheckKeepsTheSocketsAddress() throws Exception {
        FrontDoorOnLoopback door = opens();
        try (SocketVisitor balancer = door.visitor()) {
            balancer.out().write(bytes(SIGNATURE + "20000000"));
            balancer.says(REQUEST);
            assertThat(balancer.reads().text()).startsWith("/127.0.0.1:");
        }
    }

    @Test
    void theNamedAddressIsTheOneThatIsDenied() throws Exception {
        FrontDoorOnLoopback door = opens(LOOPBACK, AddressRanges.NONE, AddressRanges.parse("203.0.113.0/24"));
        try (SocketVisitor balancer = door.visitor()) {
            balancer.says(LINE + REQUEST);
            assertThat(hungUpOn(balancer)).isTrue();
        }
        try (SocketVisitor balancer = door.visitor()) {
            balancer.says("PROXY TCP4 203.0.114.7 198.51.100.1 40112 443\r\n" + REQUEST);
            assertThat(balancer.reads().text()).isEqualTo("/203.0.114.7:40112");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "none, none, true",
        "10.0.0.0/8, none, false",
        "127.0.0.1, none, true",
        "127.0.0.0/8, 127.0.0.1, false",
        "none, 127.0.0.0/8, false",
        "none, 10.0.0.0/8, true",
    })
    void allowAndDenyDecideWhoIsLetIn(String allow, String deny, boolean letIn) throws Exception {
        FrontDoorOnLoopback door = opens(AddressRanges.NONE, ranges(allow), ranges(deny));
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says(REQUEST);
            if (letIn) {
                assertThat(visitor.reads().status()).isEqualTo(200);
            } else {
                assertThat(hungUpOn(visitor)).isTrue();
            }
        } catch (java.net.SocketException reset) {
            assertThat(letIn).isFalse();
        }
    }

    private static AddressRanges ranges(String text) {
        return text.equals("none") ? AddressRanges.NONE : AddressRanges.parse(text);
    }

    @Test
    void oneLineAMinuteTellsOfEachAddressAndReason() throws Exception {
        RecordingLog log = new RecordingLog();
        EdgeLog edge = new EdgeLog(log, () -> 0);
        InetSocketAddress balancer = new InetSocketAddress(InetAddress.getByName("10.0.0.9"), 5);

        for (int i = 0; i < 100; i++) {
            edge.proxyBrokeTheRule(balancer, "it does not begin with a PROXY protocol header");
            edge.notAdmitted(balancer);
        }
        for (int i = 0; i < 200; i++) {
            edge.notAdmitted(new InetSocketAddress(InetAddress.getByName("10.0.1." + i), 5));
        }

        assertThat(log.lines(Level.WARN))
                .containsExactly("WARN front door: closed a connection from 10.0.0.9:"
                        + " it does not begin with a PROXY protocol header (proxyProtocolFrom)");
        assertThat(log.lines(Level.INFO)).hasSize(EdgeLog.LINES_PER_MINUTE - 1);
    }

    @Test
    void connectionsThatOweTheirHeaderGoWithTheServer() throws Exception {
        FrontDoorOnLoopback door = opens();
        try (SocketVisitor balancer = door.visitor()) {
            balancer.says("PROXY ");
            org.awaitility.Awaitility.await()
                    .atMost(10, TimeUnit.SECONDS)
                    .until(() -> door.server().connections() == 1);

            door.server().close(Duration.ofSeconds(30)).toCompletableFuture().get(2, TimeUnit.SECONDS);

            assertThat(hungUpOn(balancer)).isTrue();
        }
    }
}
