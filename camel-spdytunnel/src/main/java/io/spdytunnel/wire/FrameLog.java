package io.spdytunnel.wire;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line a frame, in fixed columns, at TRACE of the logger {@code spdytunnel.frames}: direction, stream, length of
 * what follows the frame's header, type, flags and the like. Of headers the names only: values may be secrets.
 *
 * <pre>
 * &lt;&lt; 0x00000007   212 SYN_STREAM     FIN [:method, :path]
 * </pre>
 *
 * <p>Costs one question a frame while it is off.
 */
final class FrameLog {

    private static final Logger LOG = LoggerFactory.getLogger("spdytunnel.frames");

    /** Which way a frame goes, seen from here. */
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

    static void block(Direction direction, FrameType type, int streamId, int length, Fin fin, HeaderBlock block) {
        LOG.trace(blockLine(direction, type, streamId, length, fin, block));
    }

    static String blockLine(Direction direction, FrameType type, int streamId, int length, Fin fin, HeaderBlock block) {
        Set<String> names = new LinkedHashSet<>();
        block.forEach((name, value) -> names.add(name));
        return line(direction, streamId, length, type.name(), (fin.isLast() ? "FIN " : "") + names);
    }

    static String line(Direction direction, int streamId, int length, String type, String more) {
        return String.format(Locale.ROOT, "%s 0x%08x %5d %-14s %s", direction.arrows, streamId, length, type, more)
                .stripTrailing();
    }
}
