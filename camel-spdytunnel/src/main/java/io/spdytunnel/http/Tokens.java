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
