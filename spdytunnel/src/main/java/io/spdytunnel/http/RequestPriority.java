package io.spdytunnel.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The priority of a request that has none (SPDY/3.1 2.3.3): resources that a page needs to be shown come before
 * pictures, and pictures before large media. These are checked in order: {@code Sec-Fetch-Dest}, which browsers send;
 * the end of the path; the beginning of {@code Accept}.
 *
 * <p>A visitor may lower its priority with the {@code Priority} field of RFC 9218, whose urgency has the same scale. It
 * cannot raise it, because the session has requests of other visitors too.
 */
public final class RequestPriority {

    private static final int DOCUMENT = 1;
    private static final int STYLE = 2;
    private static final int USUAL = OutgoingRequest.DEFAULT_PRIORITY;
    private static final int PICTURE = 4;
    private static final int MEDIA = 5;
    private static final int LEAST = 7;

    private static final Map<String, Integer> BY_DESTINATION = priorities(
            "document iframe frame",
            "style script font worker sharedworker serviceworker manifest xslt",
            "image",
            "audio video track");

    private static final Map<String, Integer> BY_SUFFIX = priorities(
            "html htm xhtml",
            "css js mjs woff woff2 ttf otf",
            "png jpg jpeg gif webp avif svg ico bmp",
            "mp4 m4v webm mkv mov avi mpg mpeg ts mp3 m4a ogg flac wav zip gz xz zst tar 7z iso img dmg exe deb rpm");

    private RequestPriority() {}

    private static Map<String, Integer> priorities(String documents, String styles, String pictures, String media) {
        Map<String, Integer> priorities = new HashMap<>();
        put(priorities, documents, DOCUMENT);
        put(priorities, styles, STYLE);
        put(priorities, pictures, PICTURE);
        put(priorities, media, MEDIA);
        return Map.copyOf(priorities);
    }

    private static void put(Map<String, Integer> priorities, String words, int priority) {
        for (String word : words.split(" ", -1)) {
            priorities.put(word, priority);
        }
    }

    /** From 0 (most urgent, never guessed here) to 7. */
    public static int of(HttpRequest request) {
        return Math.max(ofKind(request), urgency(request.headers().get("priority")));
    }

    private static int ofKind(HttpRequest request) {
        HttpHeaders headers = request.headers();
        boolean reads =
                request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
        if (!reads) {
            return USUAL;
        }
        Integer kind = null;
        String destination = headers.get("sec-fetch-dest");
        if (destination != null) {
            kind = BY_DESTINATION.get(destination);
        }
        if (kind == null) {
            kind = BY_SUFFIX.get(suffix(request.uri()));
        }
        return kind == null ? ofAccepted(headers.get("accept")) : kind;
    }

    /** The text after the last dot of the last segment; empty if there is none. */
    private static String suffix(String target) {
        int query = target.indexOf('?');
        int end = query < 0 ? target.length() : query;
        int dot = target.lastIndexOf('.', end - 1);
        return dot < 0 || target.lastIndexOf('/', end - 1) > dot
                ? ""
                : target.substring(dot + 1, end).toLowerCase(Locale.ROOT);
    }

    private static int ofAccepted(@Nullable String accept) {
        if (accept == null) {
            return USUAL;
        }
        if (accept.startsWith("text/html") || accept.startsWith("application/xhtml+xml")) {
            return DOCUMENT;
        }
        if (accept.startsWith("text/css")) {
            return STYLE;
        }
        return accept.startsWith("image/") ? PICTURE : USUAL;
    }

    /** The {@code u} of RFC 9218 4.1, or 0 if there is none that is legal. */
    private static int urgency(@Nullable String priority) {
        if (priority == null) {
            return 0;
        }
        for (String member : priority.split(",", -1)) {
            String word = member.trim();
            if (word.length() == 3 && word.startsWith("u=")) {
                int urgency = word.charAt(2) - '0';
                return urgency >= 0 && urgency <= LEAST ? urgency : 0;
            }
        }
        return 0;
    }
}
