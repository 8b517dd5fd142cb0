package io.spdytunnel.limits;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import io.spdytunnel.directory.SessionSource;
import io.spdytunnel.session.Session;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the instance of an origin for a visitor's requests: by a cookie that we set, or by the value of a header.
 * Without either, or if that instance is absent or full, the least busy instance serves.
 */
public final class Stickiness {

    /** Every request goes to the least busy instance. */
    static final Stickiness NONE = new Stickiness(Kind.NONE, "");

    private static final Pattern OPTION = Pattern.compile("(cookie|header):([A-Za-z0-9_.-]{1,64})");
    private static final int MARK_BYTES = 12;

    private enum Kind {
        NONE,
        COOKIE,
        HEADER
    }

    private final Kind kind;
    private final String key;

    private Stickiness(Kind kind, String key) {
        this.kind = kind;
        this.key = key;
    }

    /**
     * Reads the option {@code sticky}.
     *
     * @throws IllegalArgumentException if the value is not allowed
     */
    public static Stickiness parse(@Nullable String option) {
        if (option == null) {
            return NONE;
        }
        Matcher parts = OPTION.matcher(option);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "option sticky is \"" + option
                            + "\"; it must be cookie:NAME or header:NAME, a name of letters, digits, underscores, dots and dashes");
        }
        return new Stickiness(parts.group(1).equals("cookie") ? Kind.COOKIE : Kind.HEADER, parts.group(2));
    }

    /**
     * How one request finds its instance.
     *
     * @param secure whether the visitor uses https; our cookie is then marked Secure
     */
    public Visit visit(String origin, HttpHeaders request, boolean secure) {
        return switch (kind) {
            case NONE -> new Visit(origin, "", null, secure);
            case COOKIE -> {
                String mark = cookie(request);
                yield new Visit(origin, mark, instance -> mark.equals(mark(origin, instance)) ? 1 : 0, secure);
            }
            case HEADER -> {
                String value = request.get(key);
                yield new Visit(origin, "", value == null ? null : instance -> rendezvous(value, instance), secure);
            }
        };
    }

    private String cookie(HttpHeaders request) {
        for (String line : request.getAll(HttpHeaderNames.COOKIE)) {
            for (Cookie cookie : ServerCookieDecoder.LAX.decodeAll(line)) {
                if (cookie.name().equals(key)) {
                    return cookie.value();
                }
            }
        }
        return "";
    }

    /** A mark by which visitors' cookies identify an instance without showing its name. */
    static String mark(String origin, String instance) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((origin + '\n' + instance).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, MARK_BYTES));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JVM has SHA-256", impossible);
        }
    }

    /**
     * The highest value wins. If an instance goes away, only its own visitors move, and they spread over all others.
     */
    static long rendezvous(String value, String instance) {
        long hash = 0xCBF29CE484222325L; // FNV-1a
        for (String part : List.of(value, "\n", instance)) {
            for (int i = 0; i < part.length(); i++) {
                hash = (hash ^ part.charAt(i)) * 0x100000001B3L;
            }
        }
        hash = (hash ^ (hash >>> 30)) * 0xBF58476D1CE4E5B9L; // and SplitMix64's end, so that its last bytes count
        hash = (hash ^ (hash >>> 27)) * 0x94D049BB133111EBL;
        return hash ^ (hash >>> 31);
    }

    /** One request's. */
    public final class Visit {

        private final String origin;
        private final String mark;
        private final @Nullable ToLongFunction<String> rank;
        private final boolean secure;

        Visit(String origin, String mark, @Nullable ToLongFunction<String> rank, boolean secure) {
            this.origin = origin;
            this.mark = mark;
            this.rank = rank;
            this.secure = secure;
        }

        @Nullable
        public Session pick(SessionSource sessions, @Nullable Session except) {
            return rank == null ? sessions.pick(origin, except) : sessions.pick(origin, except, rank);
        }

        /** Sets the cookie, unless the visitor already has the right one. */
        public void tellIn(Message reply, SessionSource sessions, Session served) {
            String instance = kind == Kind.COOKIE ? sessions.instanceOf(origin, served) : "";
            if (instance.isEmpty() || mark(origin, instance).equals(mark)) {
                return;
            }
            String cookie = key + "=" + mark(origin, instance) + "; Path=/; HttpOnly; SameSite=Lax"
                    + (secure ? "; Secure" : "");
            Object before = reply.getHeader("Set-Cookie");
            List<Object> all = new ArrayList<>();
            if (before instanceof Collection<?> several) {
                all.addAll(several);
            } else if (before != null) {
                all.add(before);
            }
            all.add(cookie);
            reply.setHeader("Set-Cookie", all.size() == 1 ? cookie : all);
        }
    }
}
