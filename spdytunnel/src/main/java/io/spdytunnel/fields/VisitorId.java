package io.spdytunnel.fields;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.spdytunnel.spi.Api;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Identifies the visitor's connection of a request, as an opaque text. A proxy tells it to its origins in
 * {@link #HEADER}, because a tunnel's stream does not show the visitor's connection. Ids are never used twice.
 *
 * <p>On a tunnel the proxy's header is believed. On a visitor's own connection the header only makes sub-ids of that
 * connection, so that another proxy in front can distinguish its visitors, and nobody can use another visitor's id.
 */
@Api
public final class VisitorId {

    /** From a proxy to its origin; it never leaves either towards visitors or services. */
    public static final AsciiString HEADER = AsciiString.cached("spdytunnel-visitor");

    private static final int LONGEST = 128;

    /** Tells the ids of one process from those of another. */
    private static final String PROCESS = Long.toHexString(new SecureRandom().nextLong());

    private static final AtomicLong COUNT = new AtomicLong();

    private final String text;
    private final @Nullable ChannelFuture gone;

    private VisitorId(String text, @Nullable ChannelFuture gone) {
        this.text = text;
        this.gone = gone;
    }

    /** The id of a visitor's connection that ends here. */
    public static VisitorId of(Channel connection) {
        return new VisitorId(next(), connection.closeFuture());
    }

    /** A new id, for a connection whose end is not visible here. */
    public static VisitorId unique() {
        return new VisitorId(next(), null);
    }

    private static String next() {
        return PROCESS + "-" + Long.toHexString(COUNT.incrementAndGet());
    }

    /** Removes the header from a head of a tunnel, and returns its id; null if the header is missing or invalid. */
    public static @Nullable VisitorId takeFromProxy(HttpHeaders head) {
        String said = take(head);
        return said == null ? null : new VisitorId(said, null);
    }

    /**
     * Removes the header from a head of the visitor's own connection, whose id this is, and returns the request's id.
     */
    public VisitorId takeFromVisitor(HttpHeaders head) {
        String said = take(head);
        String divided = text + "/" + said;
        return said == null || divided.length() > LONGEST ? this : new VisitorId(divided, null);
    }

    private static @Nullable String take(HttpHeaders head) {
        if (!head.contains(HEADER)) {
            return null;
        }
        List<String> said = FieldLines.of(head, HEADER);
        head.remove(HEADER);
        return said.size() == 1 && isId(said.get(0)) ? said.get(0) : null;
    }

    private static boolean isId(String text) {
        boolean plain =
                text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '-' || c == '/');
        return plain && !text.isEmpty() && text.length() <= LONGEST;
    }

    /** Sets the visitor's id in a head for a tunnel, or removes it if it is null; replaces an existing header. */
    public static void tell(HttpHeaders head, @Nullable VisitorId visitor) {
        if (visitor == null) {
            head.remove(HEADER);
        } else {
            head.set(HEADER, visitor.text);
        }
    }

    /** Closes another connection when the visitor's ends, if that can be seen here. Any thread. */
    public void closesWithIt(Channel other) {
        ChannelFuture end = gone;
        if (end == null) {
            return;
        }
        ChannelFutureListener closing = ended -> other.close().addListener(closed -> {});
        end.addListener(closing);
        other.closeFuture().addListener(closed -> end.removeListener(closing));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof VisitorId id && id.text.equals(text);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(text);
    }

    /** The id, for maps and logs; it does not show who the visitor is. */
    @Override
    public String toString() {
        return text;
    }
}
