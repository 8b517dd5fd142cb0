package io.spdytunnel.service;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.regex.Pattern;

/**
 * Authentication that counts for a connection and not for a request: NTLM and Negotiate (RFC 4559 6). Who is greeted by name
 * behind it is whoever sends the next request on the same connection.
 */
public final class ConnectionAuth {

    /**
     * The schemes as words anywhere in a value, within quotes, too: where a list of challenges is written badly, clients
     * differ about where it goes on, and a realm of that name costs no more than the sharing of one connection.
     */
    private static final Pattern SCHEME =
            Pattern.compile("(?<![\\w-])(?:NTLM|Negotiate|Nego2)(?![\\w-])", Pattern.CASE_INSENSITIVE);

    private static final AsciiString[] CREDENTIALS = {HttpHeaderNames.AUTHORIZATION, HttpHeaderNames.PROXY_AUTHORIZATION
    };
    private static final AsciiString[] CHALLENGES = {
        HttpHeaderNames.WWW_AUTHENTICATE, HttpHeaderNames.PROXY_AUTHENTICATE
    };

    private ConnectionAuth() {}

    /** Whether a request carries such credentials. */
    public static boolean isIn(HttpHeaders request) {
        return names(request, CREDENTIALS);
    }

    /** Whether an answer offers such a scheme, or goes on with it, whatever its status. */
    public static boolean isOfferedBy(HttpHeaders answer) {
        return names(answer, CHALLENGES);
    }

    private static boolean names(HttpHeaders headers, AsciiString[] fields) {
        for (AsciiString field : fields) {
            if (headers.contains(field)
                    && headers.getAll(field).stream()
                            .anyMatch(value -> SCHEME.matcher(value).find())) {
                return true;
            }
        }
        return false;
    }
}
