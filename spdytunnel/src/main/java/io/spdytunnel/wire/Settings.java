package io.spdytunnel.wire;

import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The content of one SETTINGS frame (SPDY/3.1 2.6.4): values by id, in ascending order.
 *
 * <p>Persistence is not implemented: this end does not request it, and ignores a peer's requests (both are allowed).
 */
public final class Settings {

    /** The number of streams that the frame's receiver may open at once. */
    public static final int MAX_CONCURRENT_STREAMS = 4;

    /** Room for DATA on each stream before any WINDOW_UPDATE. */
    public static final int INITIAL_WINDOW_SIZE = 7;

    private final Map<Integer, Integer> values = new TreeMap<>();

    /** Adds a value unless its id is there already: the first of duplicates counts (2.6.4). */
    public Settings add(int id, int value) {
        values.putIfAbsent(id, value);
        return this;
    }

    /** The value of an id, to be read as unsigned; empty if the frame does not have it. */
    public OptionalInt get(int id) {
        Integer value = values.get(id);
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }

    /** How many ids are named. */
    public int size() {
        return values.size();
    }

    void forEach(BiConsumer<Integer, Integer> action) {
        values.forEach(action);
    }

    @Override
    public String toString() {
        return "Settings" + values;
    }
}
