package io.spdytunnel.fields;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.spdytunnel.wire.HeaderBlock;
import java.time.Duration;

/**
 * {@code Expect: 100-continue} (RFC 9110 10.1.1): a request whose body waits for 100 Continue. Each hop answers it
 * itself, so the header is not passed on. Our proxy tells its origin in {@link #HEADER}, and the origin answers with
 * HEADERS with {@code :status} 100 before SYN_REPLY. Only an end that has asked for it gets this.
 */
public final class Expectation {

    /** From a proxy to its origin; it never leaves either towards visitors or services. */
    public static final AsciiString HEADER = AsciiString.cached("spdytunnel-expect");

    /** How long to wait for a service's 100 Continue: as long as curl. Then the body is sent without it. */
    public static final Duration SERVICE_PATIENCE = Duration.ofSeconds(1);

    /** How long to wait for an origin's 100 Continue; the origin waits for its service. Older origins send none. */
    public static final Duration ORIGIN_PATIENCE = Duration.ofSeconds(3);

    private static final String GO_ON = "100";

    private Expectation() {}

    /** Whether a head has the field itself. */
    public static boolean isIn(HttpHeaders head) {
        return HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(head.get(HttpHeaderNames.EXPECT));
    }

    /** Asks a service. */
    public static void ask(HttpHeaders head) {
        head.set(HttpHeaderNames.EXPECT, HttpHeaderValues.CONTINUE);
    }

    /** Tells an origin whether the visitor's body waits; replaces what the head said before. */
    public static void tell(HttpHeaders head, boolean waits) {
        if (waits) {
            head.set(HEADER, HttpHeaderValues.CONTINUE);
        } else {
            head.remove(HEADER);
        }
    }

    /** Whether a head on its way to an origin tells so. */
    public static boolean isTold(HttpHeaders head) {
        return head.contains(HEADER);
    }

    /** Removes the proxy's header from a head, and returns whether it was there. */
    public static boolean take(HttpHeaders head) {
        boolean told = head.contains(HEADER);
        head.remove(HEADER);
        return told;
    }

    public static HeaderBlock goOn() {
        return new HeaderBlock().add(HeaderMapping.STATUS, GO_ON);
    }

    public static boolean isGoOn(HeaderBlock block) {
        return GO_ON.equals(block.first(HeaderMapping.STATUS));
    }
}
