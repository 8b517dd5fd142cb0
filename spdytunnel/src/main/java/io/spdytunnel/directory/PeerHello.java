package io.spdytunnel.directory;

import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.SessionSettings.Version;
import io.spdytunnel.spi.Api;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an end says about itself in the {@code Spdytunnel} header: {@code version=1, instance=…, connection=k, spdy=3}.
 *
 * @param instance tells processes of one origin apart; empty if not said
 * @param connection tells the connections of one process to one proxy apart, from 1; 0 if not said
 * @param peer STRANGER if the header is missing
 * @param spdy its SPDY version; 3.1 if not said
 */
@Api
public record PeerHello(String instance, int connection, SessionSettings.Peer peer, SessionSettings.Version spdy) {

    public static final String HEADER = "Spdytunnel";

    /** Header of the proxy's 200 with the URL at which visitors find the origin. */
    public static final String PUBLIC_URL = "Spdytunnel-Url";

    /** The hello of an end that is not of this project: it has no header. */
    static final PeerHello STRANGER = new PeerHello("", 0, SessionSettings.Peer.STRANGER, Version.SPDY_3_1);

    /** The hello of an origin of amahi/spdy-proxy: it has no header either. */
    public static final PeerHello LEGACY = new PeerHello("", 0, SessionSettings.Peer.LEGACY, Version.SPDY_3_1);

    private static final Pattern PARAMETER = Pattern.compile("([a-z]{1,32})=([A-Za-z0-9._-]{1,64})");
    private static final int MAX_CONNECTION = 999;

    /** Whether the text may be an instance's name: 1 to 64 letters, digits, dots, underscores and dashes. */
    public static boolean isInstance(String text) {
        return PARAMETER.matcher("instance=" + text).matches();
    }

    /** Reads a header; unknown parameters are ignored. @throws IllegalArgumentException if it breaks the rule */
    public static PeerHello parse(@Nullable String header) {
        if (header == null) {
            return STRANGER;
        }
        String version = "";
        String instance = "";
        int connection = 0;
        Version spdy = Version.SPDY_3_1;
        for (String part : header.split(",", 16)) {
            Matcher parameter = PARAMETER.matcher(part.strip());
            if (!parameter.matches()) {
                throw new IllegalArgumentException("malformed " + HEADER + " header");
            }
            switch (parameter.group(1)) {
                case "version" -> version = parameter.group(2);
                case "instance" -> instance = parameter.group(2);
                case "connection" -> connection = connectionOf(parameter.group(2));
                case "spdy" -> spdy = parameter.group(2).equals("3") ? Version.SPDY_3 : Version.SPDY_3_1;
                default -> {} // of a later version of this project
            }
        }
        if (!version.equals("1")) {
            throw new IllegalArgumentException(
                    "this end speaks version 1 of the tunnel protocol, not '" + version + "'");
        }
        return new PeerHello(instance, connection, SessionSettings.Peer.KIN, spdy);
    }

    private static int connectionOf(String text) {
        if (!text.matches("[0-9]{1,3}")) {
            throw new IllegalArgumentException("connection=" + text + " is not a number from 0 to " + MAX_CONNECTION);
        }
        return Integer.parseInt(text);
    }

    /** The header's value. */
    public String format() {
        return "version=1"
                + (instance.isEmpty() ? "" : ", instance=" + instance)
                + (connection == 0 ? "" : ", connection=" + connection)
                + (spdy == Version.SPDY_3 ? ", spdy=3" : "");
    }
}
