package io.spdytunnel.exchange;

/** The names of the message headers that {@code SpdyTunnelConstants} describes to users. */
public final class HeaderNames {

    public static final String ORIGIN = "CamelSpdyTunnelOrigin";
    public static final String FORWARD_TO = "CamelSpdyTunnelForwardTo";
    public static final String CONNECT_TO = "CamelSpdyTunnelConnectTo";
    public static final String TRAILERS = "CamelSpdyTunnelTrailers";
    public static final String PRIORITY = "CamelSpdyTunnelPriority";
    public static final String PUSH = "CamelSpdyTunnelPush";
    public static final String REMOTE_ADDRESS = "CamelSpdyTunnelRemoteAddress";
    public static final String VISITOR_CERTIFICATE = "CamelSpdyTunnelVisitorCertificate";
    public static final String VISITOR_SUBJECT = "CamelSpdyTunnelVisitorSubject";
    public static final String VISITOR_NAMES = "CamelSpdyTunnelVisitorNames";
    public static final String WEB_SOCKET_KEY = "CamelSpdyTunnelWebSocketKey";
    public static final String WEB_SOCKET_EVENT = "CamelSpdyTunnelWebSocketEvent";
    public static final String WEB_SOCKET_KIND = "CamelSpdyTunnelWebSocketKind";
    public static final String WEB_SOCKET_SUBPROTOCOL = "CamelSpdyTunnelWebSocketSubprotocol";
    public static final String WEB_SOCKET_CLOSE_CODE = "CamelSpdyTunnelWebSocketCloseCode";
    public static final String WEB_SOCKET_CLOSE_REASON = "CamelSpdyTunnelWebSocketCloseReason";
    public static final String WEB_SOCKET_SEND_TO_ALL = "CamelSpdyTunnelWebSocketSendToAll";

    private HeaderNames() {}
}
