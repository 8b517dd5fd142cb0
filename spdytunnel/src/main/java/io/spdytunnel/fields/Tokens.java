package io.spdytunnel.fields;

/** What RFC 9110 and RFC 9112 allow in the words of a head. */
public final class Tokens {

    private static final String MARKS = "!#$%&'*+-.^_`|~";

    private static final String NOT_IN_TARGETS = "\"<>\\^`{|}#";
    private static final String HEX = "0123456789ABCDEF";

    private Tokens() {}

    /** A token (RFC 9110 5.6.2), and not an endless one. */
    public static boolean isToken(String word) {
        if (word.isEmpty() || word.length() > 64) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && MARKS.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    /** A request target in origin-form or asterisk-form: no space, no control; else whatever the visitor sent. */
    static boolean isTarget(String target) {
        if (target.equals("*")) {
            return true;
        }
        return target.startsWith("/") && isPlain(target);
    }

    /** A target in absolute-form, as far as its scheme says. */
    static boolean isAbsolute(String target) {
        return isPlain(target)
                && (target.regionMatches(true, 0, "http://", 0, 7) || target.regionMatches(true, 0, "https://", 0, 8));
    }

    /** A target in authority-form: a host, which is not looked at closely, and a port. */
    static boolean isHostPort(String target) {
        int colon = target.lastIndexOf(':');
        String port = target.substring(colon + 1);
        boolean digits = !port.isEmpty() && port.length() <= 5 && port.chars().allMatch(c -> c >= '0' && c <= '9');
        return isPlain(target)
                && colon > 0
                && target.indexOf('/') < 0
                && target.indexOf('@') < 0
                && digits
                && Integer.parseInt(port) > 0
                && Integer.parseInt(port) <= 0xFFFF;
    }

    /**
     * A target with what RFC 3986 does not allow in one percent-encoded: a path that somebody has decoded on its way, or
     * one that its receiver would choke on. A legal target stays as it is.
     */
    static String escaped(String target) {
        StringBuilder legal = null;
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            boolean keep = c == '%' ? isEscape(target, i) : isInTargets(c);
            if (!keep && legal == null) {
                legal = new StringBuilder(target.length() + 16).append(target, 0, i);
            }
            if (legal != null && keep) {
                legal.append(c);
            } else if (legal != null) {
                legal.append('%').append(HEX.charAt((c >> 4) & 0xF)).append(HEX.charAt(c & 0xF));
            }
        }
        return legal == null ? target : legal.toString();
    }

    private static boolean isEscape(String target, int at) {
        return at + 2 < target.length()
                && Character.digit(target.charAt(at + 1), 16) >= 0
                && Character.digit(target.charAt(at + 2), 16) >= 0;
    }

    private static boolean isInTargets(char c) {
        return c > ' ' && c < 0x7F && NOT_IN_TARGETS.indexOf(c) < 0;
    }

    /** Not empty, no space, no control. */
    static boolean isPlain(String target) {
        if (target.isEmpty()) {
            return false;
        }
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c == 0x7F || c > 0xFF) {
                return false;
            }
        }
        return true;
    }
}
