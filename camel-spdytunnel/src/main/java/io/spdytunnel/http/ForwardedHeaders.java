package io.spdytunnel.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy says of the visitor: {@code X-Forwarded-For}, {@code -Proto}, {@code -Host}, {@code Forwarded} (RFC 7239)
 * and {@code Via} (RFC 9110 7.6.3). What the visitor says of itself there is not believed and not passed on.
 */
public final class ForwardedHeaders {

    private static final String FOR = "x-forwarded-for";
    private static final String PROTO = "x-forwarded-proto";
    private static final String HOST = "x-forwarded-host";
    private static final String FORWARDED = "forwarded";

    private ForwardedHeaders() {}

    /**
     * Replaces in {@code headers} whatever they say of the way they came.
     *
     * @param visitor null if it is not known
     * @param scheme {@code http} or {@code https}
     */
    public static void replace(HttpHeaders headers, @Nullable InetSocketAddress visitor, String scheme) {
        for (String name : new String[] {FOR, PROTO, HOST, "x-forwarded-port", "x-forwarded-prefix", "x-real-ip"}) {
            headers.remove(name);
        }
        String host = headers.get(HttpHeaderNames.HOST);
        StringBuilder forwarded = new StringBuilder();
        if (visitor != null && visitor.getAddress() != null) {
            String address = visitor.getAddress().getHostAddress();
            int zone = address.indexOf('%');
            address = zone < 0 ? address : address.substring(0, zone);
            headers.set(FOR, address);
            boolean six = visitor.getAddress() instanceof Inet6Address;
            forwarded
                    .append("for=")
                    .append(six ? "\"[" + address + "]\"" : address)
                    .append(';');
        }
        if (host != null) {
            headers.set(HOST, host);
            forwarded
                    .append("host=\"")
                    .append(host.replace("\\", "").replace("\"", ""))
                    .append("\";");
        }
        headers.set(PROTO, scheme);
        headers.set(FORWARDED, forwarded.append("proto=").append(scheme));
        headers.set(HttpHeaderNames.VIA, "1.1 spdytunnel");
    }
}
