package io.spdytunnel.wire;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each frame, in fixed columns, at TRACE of the logger {@code spdytunnel.frames}: direction, stream,
 * length after the frame's header, type and flags. Headers are logged by name only, because values may be secrets. With
 * TRACE of the logger {@code spdytunnel-values} the values are logged too. It is not a child of the other logger, so
 * that it is not enabled by accident. Credentials are never logged.
 *
 * <pre>
 * &lt;&lt; 0x00000007   212 SYN_STREAM     FIN priority 3 [:method, :path, cookie]
 * &lt;&lt; 0x00000007   212 SYN_STREAM     FIN priority 3 [:method=GET, :path=/, cookie=(hidden)]
 * </pre>
 *
 * <p>While it is off, it costs one check per frame.
 */
final class FrameLog {

    private static final Logger LOG = LoggerFactory.getLogger("spdytunnel.frames");
    private static final Logger VALUES = LoggerFactory.getLogger("spdytunnel-values");

    /** Headers with credentials. */
    private static final Set<String> SECRET =
            Set.of("authorization", "proxy-authorization", "cookie", "set-cookie", "cookie2", "set-cookie2");

    /** The direction of a frame, seen from this end. */
    enum Direction {
        IN("<<"),
        OUT(">>");

        private final String arrows;

        Direction(String arrows) {
            this.arrows = arrows;
        }
    }

    private FrameLog() {}

    static boolean isOn() {
        return LOG.isTraceEnabled();
    }

    static void data(Direction direction, int streamId, int length, Fin fin) {
        LOG.trace(line(direction, streamId, length, "DATA", fin.isLast() ? "FIN" : ""));
    }

    static void control(Direction direction, FrameType type, int streamId, int length, Object more) {
        LOG.trace(line(direction, streamId, length, type.name(), more.toString()));
    }

    /** @param flags in words, as {@link #flags(Fin)} makes them */
    static void block(Direction direction, FrameType type, int streamId, int length, String flags, HeaderBlock block) {
        String headers = VALUES.isTraceEnabled() ? values(block) : names(block);
        LOG.trace(line(direction, streamId, length, type.name(), flags + headers));
    }

    static String flags(Fin fin) {
        return fin.isLast() ? "FIN " : "";
    }

    /** The same for a SYN_STREAM. */
    static String flags(Fin fin, FrameListener.Answer answer, int priority, int associatedTo) {
        return flags(fin)
                + (answer == FrameListener.Answer.FORBIDDEN ? "UNIDIRECTIONAL " : "")
                + "priority " + priority + " "
                + (associatedTo == 0 ? "" : "associated-to " + associatedTo + " ");
    }

    static String names(HeaderBlock block) {
        Set<String> names = new LinkedHashSet<>();
        block.forEach((name, value) -> names.add(name));
        return names.toString();
    }

    static String values(HeaderBlock block) {
        StringJoiner fields = new StringJoiner(", ", "[", "]");
        block.forEach(
                (name, value) -> fields.add(name + "=" + (SECRET.contains(name) ? "(hidden)" : printable(value))));
        return fields.toString();
    }

    /**
     * Replaces characters by their numbers, if a terminal or a reader of log lines could treat them as more than text.
     */
    private static String printable(String value) {
        StringBuilder text = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isISOControl(c) || c == '\\') {
                text.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    static String line(Direction direction, int streamId, int length, String type, String more) {
        return String.format(Locale.ROOT, "%s 0x%08x %5d %-14s %s", direction.arrows, streamId, length, type, more)
                .stripTrailing();
    }
}
