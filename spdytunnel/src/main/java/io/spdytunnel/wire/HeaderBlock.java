package io.spdytunnel.wire;

import io.spdytunnel.spi.Api;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The names and values of one header block, in the order they were sent (SPDY/3.1 2.6.10).
 *
 * <p>Names are lower case. A name with several values is here once for each value; on the wire the values are joined by
 * NUL. Each {@code char} is one byte (ISO 8859-1), so that bytes 0x80 to 0xFF pass unchanged.
 *
 * <p>Not thread-safe; filled by one layer and then only read.
 */
@Api
public final class HeaderBlock {

    private static final int USUAL_ENTRIES = 12;

    /** Names at even indices, each followed by its value. */
    private @Nullable String[] entries;

    private int length;

    public HeaderBlock() {
        this(USUAL_ENTRIES);
    }

    /** @param expected about how many values will be added */
    HeaderBlock(int expected) {
        this.entries = new String[2 * expected];
    }

    /** A block without any entry. */
    public static HeaderBlock empty() {
        return new HeaderBlock(0);
    }

    /** Adds a value after existing values of the name. Whether it may be sent is checked when the block is encoded. */
    public HeaderBlock add(String name, String value) {
        if (length == entries.length) {
            entries = Arrays.copyOf(entries, Math.max(USUAL_ENTRIES, 2 * length));
        }
        entries[length++] = name;
        entries[length++] = value;
        return this;
    }

    /** The name's first value, or null. */
    public @Nullable String first(String name) {
        for (int i = 0; i < length; i += 2) {
            if (name.equals(entries[i])) {
                return entries[i + 1];
            }
        }
        return null;
    }

    /** All values of a name, in order; empty if there is none. */
    public List<String> all(String name) {
        List<String> found = new ArrayList<>(1);
        forEach((candidate, value) -> {
            if (candidate.equals(name)) {
                found.add(value);
            }
        });
        return found;
    }

    /** Hands every value to {@code action}, with its name. */
    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < size(); i++) {
            action.accept(name(i), value(i));
        }
    }

    /** How many values there are, over all names. */
    public int size() {
        return length / 2;
    }

    public String name(int index) {
        return entry(2 * index, index);
    }

    public String value(int index) {
        return entry(2 * index + 1, index);
    }

    private String entry(int at, int index) {
        String entry = at >= 0 && at < length ? entries[at] : null;
        if (entry == null) {
            throw new IndexOutOfBoundsException("entry " + index + " of " + size());
        }
        return entry;
    }

    /** The names only: values may be secrets. */
    @Override
    public String toString() {
        List<String> names = new ArrayList<>();
        forEach((name, value) -> names.add(name));
        return "HeaderBlock" + names;
    }
}
