package io.spdytunnel.websocket;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.spdytunnel.fields.HopByHop;
import io.spdytunnel.fields.RawMode;
import io.spdytunnel.fields.Tokens;
import io.spdytunnel.http.IncomingRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The handshake of a WebSocket whose messages this end handles itself (RFC 6455 4.2). No extension is agreed on. */
public final class WebSocketHandshake {

    /** The version of RFC 6455. */
    public static final String VERSION = "13";

    /** The text that is appended to the key to make Sec-WebSocket-Accept (RFC 6455 1.3). */
    private static final String PROOF = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static final int KEY_BYTES = 16;

    private WebSocketHandshake() {}

    /** Whether the request asks for a WebSocket, valid or not. */
    public static boolean isAsked(IncomingRequest request) {
        return request.asksForRaw()
                && RawMode.protocols(request.head().headers()).stream().anyMatch(RawMode.WEBSOCKET::equalsIgnoreCase);
    }

    /** Whether it asks for a version that is not supported here, and must be told the supported one (RFC 6455 4.4). */
    public static boolean isOtherVersion(HttpRequest request) {
        return !VERSION.equals(request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_VERSION));
    }

    /** What is wrong with the request, or null (RFC 6455 4.2.1). */
    public static @Nullable String objection(HttpRequest request) {
        if (!HttpMethod.GET.equals(request.method())) {
            return "a WebSocket request must be a GET [RFC 6455 4.1]";
        }
        List<String> keys = request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        return keys.size() == 1 && isKey(keys.get(0))
                ? null
                : "a WebSocket request must have one Sec-WebSocket-Key of 16 bytes [RFC 6455 4.1]";
    }

    private static boolean isKey(String key) {
        try {
            return Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException noBase64) {
            return false;
        }
    }

    /** The subprotocols that the visitor offers, its preferred one first; letter case counts. */
    public static List<String> subprotocols(HttpHeaders headers) {
        List<String> named = new ArrayList<>();
        for (String value : headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL)) {
            for (String one : value.split(",", -1)) {
                if (Tokens.isToken(one.trim())) {
                    named.add(one.trim());
                }
            }
        }
        return named;
    }

    /**
     * Makes the answer that opens it of one that may have headers of its own, such as cookies: what belongs to a
     * connection, to a body or to this handshake is set here or is not there.
     *
     * @param subprotocol one of those asked for, or null for none
     */
    public static void grant(HttpRequest request, HttpResponse answer, @Nullable String subprotocol) {
        answer.setStatus(HttpResponseStatus.SWITCHING_PROTOCOLS);
        HttpHeaders headers = answer.headers();
        HopByHop.strip(headers);
        RawMode.dropFraming(headers);
        headers.remove(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS);
        headers.remove(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
        headers.set(HttpHeaderNames.UPGRADE, RawMode.WEBSOCKET);
        headers.set(
                HttpHeaderNames.SEC_WEBSOCKET_ACCEPT,
                accept(request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY, "")));
        if (subprotocol != null) {
            headers.set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, subprotocol);
        }
    }

    private static String accept(String key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder()
                    .encodeToString(digest.digest((key.trim() + PROOF).getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException never) {
            throw new IllegalStateException("every Java has SHA-1", never);
        }
    }
}
