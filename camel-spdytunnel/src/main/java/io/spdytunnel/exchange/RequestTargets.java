package io.spdytunnel.exchange;

import io.netty.handler.codec.http.HttpRequest;
import io.spdytunnel.fields.RawMode;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** A request's target as Camel's headers, byte for byte. */
public final class RequestTargets {

    private RequestTargets() {}

    /** The target in origin-form or asterisk-form; CONNECT's host:port is no path, so it is for the root. */
    public static String of(HttpRequest head) {
        return RawMode.isConnect(head) ? "/" : head.uri();
    }

    /**
     * Sets {@code CamelHttpPath}, and the query, if there is one, as {@code CamelHttpRawQuery} and
     * {@code CamelHttpQuery}.
     *
     * @param context what the path begins with and is left out of {@code CamelHttpPath}, perhaps empty
     */
    public static void describe(String target, String context, Message message) {
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        boolean below = !context.isEmpty() && path.regionMatches(true, 0, context, 0, context.length());
        message.setHeader(Exchange.HTTP_PATH, below ? path.substring(context.length()) : path);
        if (mark >= 0) {
            String query = target.substring(mark + 1);
            message.setHeader(Exchange.HTTP_RAW_QUERY, query);
            message.setHeader(Exchange.HTTP_QUERY, query);
        }
    }
}
