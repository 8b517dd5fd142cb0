package io.spdytunnel.http;

/** What RFC 9110 and RFC 9112 allow in the words of a head. */
final class Tokens {

    private static final String MARKS = "!#$%&'*+-.^_`|~";

    private Tokens() {}

    /** A token (RFC 9110 5.6.2), and not an endless one. */
    static boolean isToken(String word) {
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
