package io.spdytunnel.tunnel;

import io.netty.handler.codec.DecoderException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says why TLS failed, in the same words for both libraries: OpenSSL's messages have constants, or hide the cause. */
public final class TlsFailure {

    private static final Pattern CONSTANT = Pattern.compile("error:[0-9a-fA-F]+:[^:]*:[^:]*:([A-Z0-9_]+)");
    private static final Pattern ALERT = Pattern.compile("(?:SSLV3|TLSV1)_ALERT_(.+)");

    private TlsFailure() {}

    /** The reason of a failed handshake or record, for a log line; it may contain text of the peer. */
    public static String reasonOf(Throwable failure) {
        Throwable cause = failure.getCause();
        boolean isCover = failure instanceof DecoderException
                || String.valueOf(failure.getMessage()).contains("OpenSslEngine problem");
        if (isCover && cause != null) {
            return reasonOf(cause);
        }
        String message = failure.getMessage();
        if (message == null) {
            return failure.getClass().getSimpleName();
        }
        Matcher constant = CONSTANT.matcher(message);
        if (!constant.find()) {
            return message;
        }
        Matcher alert = ALERT.matcher(constant.group(1));
        return alert.matches()
                ? "Received fatal alert: " + alert.group(1).toLowerCase(Locale.ROOT)
                : constant.group(1).toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
