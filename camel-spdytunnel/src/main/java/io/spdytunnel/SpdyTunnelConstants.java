package io.spdytunnel;

import io.spdytunnel.exchange.HeaderNames;
import io.spdytunnel.spi.Api;
import org.apache.camel.spi.Metadata;

/** The component's own message headers. Camel's usual HTTP headers ({@code CamelHttpMethod} …) are used beside them. */
@Api
public final class SpdyTunnelConstants {

    @Metadata(
            label = "producer",
            javaType = "String",
            description = "Name of the origin that the request goes to. It counts only on an endpoint with an "
                    + "asterisk for the origin's name")
    public static final String ORIGIN = HeaderNames.ORIGIN;

    @Metadata(
            label = "consumer",
            javaType = "String",
            description = "Plain service to which the consumer passes the exchange after the route, streaming in "
                    + "both directions: http://host:port, https://host:port or h2c://host:port (HTTP/2), with "
                    + "an optional path that is put before the request's path. Replaces the option forwardTo")
    public static final String FORWARD_TO = HeaderNames.FORWARD_TO;

    @Metadata(
            label = "common",
            javaType = "String",
            description = "Target of a CONNECT, host:port. A route may refuse it with a response code, or change "
                    + "it. At the origin, connectTo is checked for the value that the route leaves here")
    public static final String CONNECT_TO = HeaderNames.CONNECT_TO;

    @Metadata(
            label = "common",
            javaType = "java.util.Map",
            description = "Trailers to send after the body, names and values. They are read when the body ends, so "
                    + "a route may add to them while the body streams")
    public static final String TRAILERS = HeaderNames.TRAILERS;

    @Metadata(
            label = "common",
            javaType = "Integer",
            description = "Priority of the request's stream, from 0 (most urgent) to 7. The consumer sets it. If a "
                    + "producer finds none, the kind of request decides: documents before styles, pictures and "
                    + "large media")
    public static final String PRIORITY = HeaderNames.PRIORITY;

    @Metadata(
            label = "consumer",
            javaType = "Object",
            description = "On a reply: the paths that the reader will ask for next, as a list or separated by "
                    + "comma. Each is sent through the same route and pushed to visitors that speak SPDY and "
                    + "accept pushes")
    public static final String PUSH = HeaderNames.PUSH;

    @Metadata(
            label = "common",
            javaType = "java.net.InetSocketAddress",
            description = "Address of the sender: the visitor at the front door, the proxy at the origin")
    public static final String REMOTE_ADDRESS = HeaderNames.REMOTE_ADDRESS;

    @Metadata(
            label = "consumer",
            javaType = "java.security.cert.X509Certificate",
            description = "Certificate that the visitor showed in its TLS handshake, if it was asked for one "
                    + "(clientAuthentication of the sslContextParameters' serverParameters) and the certificate "
                    + "is trusted")
    public static final String VISITOR_CERTIFICATE = HeaderNames.VISITOR_CERTIFICATE;

    @Metadata(
            label = "consumer",
            javaType = "String",
            description = "Subject of that certificate, as in RFC 2253: CN=alice,O=Example")
    public static final String VISITOR_SUBJECT = HeaderNames.VISITOR_SUBJECT;

    @Metadata(
            label = "consumer",
            javaType = "java.util.List",
            description =
                    "Alternative names in that certificate (hosts, mail addresses, URIs, IP addresses), as " + "texts")
    public static final String VISITOR_NAMES = HeaderNames.VISITOR_NAMES;

    @Metadata(
            label = "common",
            javaType = "String",
            description = "With webSocket=messages: the WebSocket that an exchange belongs to. A producer sends its "
                    + "message there")
    public static final String WEB_SOCKET_KEY = HeaderNames.WEB_SOCKET_KEY;

    @Metadata(
            label = "consumer",
            javaType = "String",
            description = "With webSocket=messages: the event. OPEN is the visitor's request, which a route may "
                    + "refuse with a response code. MESSAGE has a message as its body. CLOSE is the last event; "
                    + "its reply is not sent",
            enums = "OPEN,MESSAGE,CLOSE")
    public static final String WEB_SOCKET_EVENT = HeaderNames.WEB_SOCKET_EVENT;

    @Metadata(
            label = "consumer",
            javaType = "String",
            description = "With webSocket=messages: text if the message came as text (the body is a String), binary "
                    + "otherwise (a byte array). For messages that are sent, the body decides: bytes and "
                    + "streams go as binary, all else as text",
            enums = "text,binary")
    public static final String WEB_SOCKET_KIND = HeaderNames.WEB_SOCKET_KIND;

    @Metadata(
            label = "consumer",
            javaType = "String",
            description = "With webSocket=messages: the subprotocol. A route chooses it at OPEN, from the visitor's "
                    + "Sec-WebSocket-Protocol. If it chooses none, none is agreed on")
    public static final String WEB_SOCKET_SUBPROTOCOL = HeaderNames.WEB_SOCKET_SUBPROTOCOL;

    @Metadata(
            label = "common",
            javaType = "Integer",
            description = "With webSocket=messages: at CLOSE, the code of the close (1005 if it had none, 1006 if "
                    + "the connection ended without a close frame). On a reply, or at a producer: closes the "
                    + "WebSocket with this code, after the body if there is one")
    public static final String WEB_SOCKET_CLOSE_CODE = HeaderNames.WEB_SOCKET_CLOSE_CODE;

    @Metadata(
            label = "common",
            javaType = "String",
            description = "With webSocket=messages: the reason that goes with the close code; 123 bytes at most")
    public static final String WEB_SOCKET_CLOSE_REASON = HeaderNames.WEB_SOCKET_CLOSE_REASON;

    @Metadata(
            label = "producer",
            javaType = "Boolean",
            description = "With webSocket=messages: sends the message to every open WebSocket of the origin. A "
                    + "WebSocket that has no room for it, because its visitor does not read, is closed with "
                    + "1013")
    public static final String WEB_SOCKET_SEND_TO_ALL = HeaderNames.WEB_SOCKET_SEND_TO_ALL;

    private SpdyTunnelConstants() {}
}
