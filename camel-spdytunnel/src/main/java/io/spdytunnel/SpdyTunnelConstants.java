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
            description =
                    "Name of the origin a request goes to. Counts only on an endpoint with an asterisk for the origin's name")
    public static final String ORIGIN = HeaderNames.ORIGIN;

    @Metadata(
            label = "consumer",
            javaType = "String",
            description =
                    "Plain service to which the consumer hands the exchange after the route, streaming both ways: "
                            + "http://host:port, https://host:port or h2c://host:port (HTTP/2), perhaps with a path that is put before the request's. "
                            + "Takes the place of the option forwardTo")
    public static final String FORWARD_TO = HeaderNames.FORWARD_TO;

    @Metadata(
            label = "common",
            javaType = "String",
            description =
                    "Where a CONNECT leads, host:port. A route may refuse it by setting a response code, or change it;"
                            + " at the origin, connectTo is asked about what the route has left here")
    public static final String CONNECT_TO = HeaderNames.CONNECT_TO;

    @Metadata(
            label = "common",
            javaType = "java.util.Map",
            description = "Trailers to send behind the body, names and values. Read when the body ends, so that they "
                    + "may be filled while it streams")
    public static final String TRAILERS = HeaderNames.TRAILERS;

    @Metadata(
            label = "common",
            javaType = "Integer",
            description =
                    "Priority of the request's stream, from 0 (most urgent) to 7. The consumer tells it; a producer"
                            + " that finds none decides by the kind of request: documents before styles, pictures and large media")
    public static final String PRIORITY = HeaderNames.PRIORITY;

    @Metadata(
            label = "consumer",
            javaType = "Object",
            description = "On a reply: the paths of what its reader will ask for next, as a list or separated by comma."
                    + " Each is sent through the same route and pushed to visitors that speak SPDY and take pushes")
    public static final String PUSH = HeaderNames.PUSH;

    @Metadata(
            label = "common",
            javaType = "java.net.InetSocketAddress",
            description = "Who sent the request: at the front door the visitor, at the origin the proxy")
    public static final String REMOTE_ADDRESS = HeaderNames.REMOTE_ADDRESS;

    @Metadata(
            label = "consumer",
            javaType = "java.security.cert.X509Certificate",
            description = "The certificate that the visitor has shown in its TLS handshake, if it was asked for one"
                    + " (clientAuthentication of the sslContextParameters' serverParameters) and it is trusted")
    public static final String VISITOR_CERTIFICATE = HeaderNames.VISITOR_CERTIFICATE;

    @Metadata(
            label = "consumer",
            javaType = "String",
            description = "Whom that certificate is made out to, as in RFC 2253: CN=alice,O=Example")
    public static final String VISITOR_SUBJECT = HeaderNames.VISITOR_SUBJECT;

    @Metadata(
            label = "consumer",
            javaType = "java.util.List",
            description =
                    "The alternative names in that certificate (hosts, mail addresses, URIs, IP addresses), as texts")
    public static final String VISITOR_NAMES = HeaderNames.VISITOR_NAMES;

    @Metadata(
            label = "common",
            javaType = "String",
            description =
                    "With webSocket=messages: which WebSocket an exchange belongs to. A producer sends its message there")
    public static final String WEB_SOCKET_KEY = HeaderNames.WEB_SOCKET_KEY;

    @Metadata(
            label = "consumer",
            javaType = "String",
            description =
                    "With webSocket=messages: what has happened. OPEN is the visitor's request for it, which a route"
                            + " may refuse by a response code; MESSAGE has a message for its body; CLOSE is the last one, and its reply"
                            + " goes nowhere",
            enums = "OPEN,MESSAGE,CLOSE")
    public static final String WEB_SOCKET_EVENT = HeaderNames.WEB_SOCKET_EVENT;

    @Metadata(
            label = "consumer",
            javaType = "String",
            description =
                    "With webSocket=messages: whether a message came as text (its body is a String) or as binary (a"
                            + " byte array). Of what is sent the body itself decides: bytes and streams go as binary, all else as text",
            enums = "text,binary")
    public static final String WEB_SOCKET_KIND = HeaderNames.WEB_SOCKET_KIND;

    @Metadata(
            label = "consumer",
            javaType = "String",
            description = "With webSocket=messages: the subprotocol. A route chooses it at OPEN, among those in the"
                    + " visitor's Sec-WebSocket-Protocol; none is agreed on if it does not")
    public static final String WEB_SOCKET_SUBPROTOCOL = HeaderNames.WEB_SOCKET_SUBPROTOCOL;

    @Metadata(
            label = "common",
            javaType = "Integer",
            description =
                    "With webSocket=messages: at CLOSE the code it was closed with (1005 for none, 1006 for an end"
                            + " without a word). On a reply, or at a producer, closes the WebSocket with this code, behind the body if"
                            + " there is one")
    public static final String WEB_SOCKET_CLOSE_CODE = HeaderNames.WEB_SOCKET_CLOSE_CODE;

    @Metadata(
            label = "common",
            javaType = "String",
            description = "With webSocket=messages: what was, or is to be, said with the close code; 123 bytes at most")
    public static final String WEB_SOCKET_CLOSE_REASON = HeaderNames.WEB_SOCKET_CLOSE_REASON;

    @Metadata(
            label = "producer",
            javaType = "Boolean",
            description =
                    "With webSocket=messages: sends the message to every open WebSocket of the origin. One that has"
                            + " no room for it, because its visitor does not read, is closed with 1013")
    public static final String WEB_SOCKET_SEND_TO_ALL = HeaderNames.WEB_SOCKET_SEND_TO_ALL;

    private SpdyTunnelConstants() {}
}
