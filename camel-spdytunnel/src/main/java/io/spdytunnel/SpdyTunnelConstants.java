package io.spdytunnel;

import org.apache.camel.spi.Metadata;

/** The component's own message headers. Camel's usual HTTP headers ({@code CamelHttpMethod} …) are used beside them. */
public final class SpdyTunnelConstants {

    @Metadata(
            label = "producer",
            javaType = "String",
            description =
                    "Name of the origin a request goes to. Counts only on an endpoint with an asterisk for the origin's name")
    public static final String ORIGIN = "CamelSpdyTunnelOrigin";

    @Metadata(
            label = "consumer",
            javaType = "String",
            description =
                    "Plain service to which the consumer hands the exchange after the route, streaming both ways: "
                            + "http://host:port, https://host:port or h2c://host:port (HTTP/2), perhaps with a path that is put before the request's. "
                            + "Takes the place of the option forwardTo")
    public static final String FORWARD_TO = "CamelSpdyTunnelForwardTo";

    @Metadata(
            label = "common",
            javaType = "String",
            description =
                    "Where a CONNECT leads, host:port. A route may refuse it by setting a response code, or change it;"
                            + " at the origin, connectTo is asked about what the route has left here")
    public static final String CONNECT_TO = "CamelSpdyTunnelConnectTo";

    @Metadata(
            label = "common",
            javaType = "java.util.Map",
            description = "Trailers to send behind the body, names and values. Read when the body ends, so that they "
                    + "may be filled while it streams")
    public static final String TRAILERS = "CamelSpdyTunnelTrailers";

    @Metadata(
            label = "common",
            javaType = "Integer",
            description =
                    "Priority of the request's stream, from 0 (most urgent) to 7. The consumer tells it; a producer"
                            + " that finds none decides by the kind of request: documents before styles, pictures and large media")
    public static final String PRIORITY = "CamelSpdyTunnelPriority";

    @Metadata(
            label = "consumer",
            javaType = "Object",
            description = "On a reply: the paths of what its reader will ask for next, as a list or separated by comma."
                    + " Each is sent through the same route and pushed to visitors that speak SPDY and take pushes")
    public static final String PUSH = "CamelSpdyTunnelPush";

    @Metadata(
            label = "common",
            javaType = "java.net.InetSocketAddress",
            description = "Who sent the request: at the front door the visitor, at the origin the proxy")
    public static final String REMOTE_ADDRESS = "CamelSpdyTunnelRemoteAddress";

    @Metadata(
            label = "consumer",
            javaType = "java.security.cert.X509Certificate",
            description = "The certificate that the visitor has shown in its TLS handshake, if it was asked for one"
                    + " (clientAuthentication of the sslContextParameters' serverParameters) and it is trusted")
    public static final String VISITOR_CERTIFICATE = "CamelSpdyTunnelVisitorCertificate";

    @Metadata(
            label = "consumer",
            javaType = "String",
            description = "Whom that certificate is made out to, as in RFC 2253: CN=alice,O=Example")
    public static final String VISITOR_SUBJECT = "CamelSpdyTunnelVisitorSubject";

    @Metadata(
            label = "consumer",
            javaType = "java.util.List",
            description =
                    "The alternative names in that certificate (hosts, mail addresses, URIs, IP addresses), as texts")
    public static final String VISITOR_NAMES = "CamelSpdyTunnelVisitorNames";

    private SpdyTunnelConstants() {}
}
