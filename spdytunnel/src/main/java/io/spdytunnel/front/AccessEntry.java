package io.spdytunnel.front;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.spdytunnel.http.Arrival;
import io.spdytunnel.http.RequestCut;
import io.spdytunnel.http.RequestObserver;
import io.spdytunnel.http.StreamCut;
import io.spdytunnel.net.AddressRanges;
import io.spdytunnel.net.AddressText;
import io.spdytunnel.session.StreamEnd;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * One request's line of the {@link AccessLog}. The fields, in this order, one space between them:
 *
 * <pre>
 * 203.0.113.7 - - [21/Nov/2026:10:00:00 +0000] "GET /cart?x=1 HTTP/2" 200 5120 "https://a.example/" "curl/8.5"
 *     origin="shop42" session="198.51.100.4:40112" first=12.041 last=15.730 in=0 out=5120 end=complete
 * </pre>
 *
 * <p>{@code first} and {@code last} are milliseconds from the request's complete head to the answer's head and to the
 * end. What is not known is {@code -}. What the visitor or the origin has chosen stands in quotes, and nothing in it can
 * end them or its line: quotes, backslashes, controls and everything beyond ASCII are escaped. Confined to the request's event loop,
 * but for what {@link RequestObserver} opens to any thread.
 */
final class AccessEntry implements RequestObserver {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final String HEX = "0123456789abcdef";

    /** Who serves it, both or none. */
    private record Served(String origin, @Nullable SocketAddress tunnel) {}

    private final Logger log;
    private final String visitor;
    private final String protocol;
    private final @Nullable String line;
    private final @Nullable String referer;
    private final @Nullable String agent;
    private final Instant at;
    private final LongSupplier nanoTime;
    private final long began;

    private volatile @Nullable Served served;
    private long received;
    private long sent;
    private int status;
    private long first = -1;
    private boolean refused;
    private boolean over;

    AccessEntry(
            Logger log,
            String visitor,
            String protocol,
            @Nullable HttpRequest head,
            Instant at,
            LongSupplier nanoTime) {
        this.log = log;
        this.visitor = visitor;
        this.protocol = protocol;
        this.line = head == null ? null : head.method() + " " + head.uri();
        this.referer = head == null ? null : head.headers().get(HttpHeaderNames.REFERER);
        this.agent = head == null ? null : head.headers().get(HttpHeaderNames.USER_AGENT);
        this.at = at;
        this.nanoTime = nanoTime;
        this.began = nanoTime.getAsLong();
    }

    /** Who sent the request, {@code -} if that is not known. */
    static String visitor(Arrival arrival, @Nullable HttpRequest head, AddressRanges trusted) {
        InetAddress address = ToldAddress.of(arrival, head, trusted);
        return address == null ? "-" : AddressText.of(address);
    }

    @Override
    public void servedBy(String origin, @Nullable SocketAddress tunnel) {
        served = new Served(origin, tunnel);
    }

    @Override
    public void received(int bytes) {
        received += bytes;
    }

    @Override
    public void answered(int code) {
        status = code;
        first = nanoTime.getAsLong() - began;
    }

    @Override
    public void sent(int bytes) {
        sent += bytes;
    }

    @Override
    public void refused() {
        refused = true;
    }

    @Override
    public void ended(@Nullable Throwable cut) {
        if (over) {
            return;
        }
        over = true;
        log.info(text(how(cut), nanoTime.getAsLong() - began));
    }

    private String how(@Nullable Throwable cut) {
        if (refused) {
            return status == 408 ? "timeout" : "refused";
        }
        if (cut == null) {
            return "complete";
        }
        if (cut instanceof RequestCut known) {
            return switch (known.by()) {
                case VISITOR -> "left";
                case CLOCK -> "timeout";
                case THIS_END -> "closed";
            };
        }
        return cut instanceof StreamCut stream ? how(stream.by()) : "broken";
    }

    private static String how(StreamEnd.Cause cause) {
        return switch (cause) {
            case REFUSED, BEYOND_LAST_GOOD, RESET_BY_PEER, SESSION_ENDED -> "left";
            case RESET_BY_US -> "closed";
            case FINISHED -> "complete";
        };
    }

    private String text(String how, long last) {
        StringBuilder text = new StringBuilder(256);
        text.append(visitor).append(" - - [").append(TIME.format(at)).append("] ");
        quote(text, line == null ? null : line + " " + protocol);
        text.append(' ').append(status == 0 ? "-" : Integer.toString(status));
        text.append(' ').append(sent).append(' ');
        quote(text, referer);
        quote(text.append(' '), agent);
        Served by = served;
        quote(text.append(" origin="), by == null ? null : by.origin());
        quote(text.append(" session="), by == null ? null : nameOf(by.tunnel()));
        millis(text.append(" first="), first);
        millis(text.append(" last="), last);
        text.append(" in=").append(received).append(" out=").append(sent);
        return text.append(" end=").append(how).toString();
    }

    private static @Nullable String nameOf(@Nullable SocketAddress tunnel) {
        return tunnel instanceof InetSocketAddress inet && inet.getAddress() != null
                ? AddressText.withPort(inet)
                : null;
    }

    /** Milliseconds with three places. */
    private static void millis(StringBuilder text, long nanos) {
        if (nanos < 0) {
            text.append('-');
            return;
        }
        long micros = nanos / 1000;
        String places = Long.toString(1000 + micros % 1000);
        text.append(micros / 1000).append('.').append(places, 1, 4);
    }

    private static void quote(StringBuilder text, @Nullable String value) {
        if (value == null) {
            text.append("\"-\"");
            return;
        }
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c >= ' ' && c < 0x7F) {
                text.append(c);
            } else {
                escape(text, c);
            }
        }
        text.append('"');
    }

    /** As Apache and nginx do: \xHH; beyond Latin-1, which no wire of ours brings, four digits. */
    private static void escape(StringBuilder text, char c) {
        text.append(c > 0xFF ? "\\u" : "\\x");
        for (int shift = c > 0xFF ? 12 : 4; shift >= 0; shift -= 4) {
            text.append(HEX.charAt(c >> shift & 0xF));
        }
    }
}
