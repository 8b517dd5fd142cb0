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
 * Which visitor's connection a request came on, as an opaque text. A proxy tells it to its origins in {@link #HEADER}:
 * there a tunnel's stream shows nothing of the connection behind it. Ids are never used twice.
 *
 * <p>Whose word counts: on a tunnel the proxy's. On a visitor's own connection the header only divides that connection, so
 * that another proxy in front may tell its visitors apart and nobody can take another's id.
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

    /** Of a visitor's connection that ends here. */
    public static VisitorId of(Channel connection) {
        return new VisitorId(next(), connection.closeFuture());
    }

    /** Of a connection whose end cannot be seen. */
    public static VisitorId unique() {
        return new VisitorId(next(), null);
    }

    private static String next() {
        return PROCESS + "-" + Long.toHexString(COUNT.incrementAndGet());
    }

    /** Takes the header out of a head that came down a tunnel. Null if its proxy says nothing, or nothing of use. */
    public static @Nullable VisitorId takeFromProxy(HttpHeaders head) {
        String said = take(head);
        return said == null ? null : new VisitorId(said, null);
    }

    /** Takes the header out of a head that came on the visitor's own connection, which this is the id of. */
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

    /** Says in a head that goes down a tunnel whose request it is; null for nobody's. What it said before is gone. */
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

    /** For maps and logs: says nothing of who the visitor is. */
    @Override
    public String toString() {
        return text;
    }
}
