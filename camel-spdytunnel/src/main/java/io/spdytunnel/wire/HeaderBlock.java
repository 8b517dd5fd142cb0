package io.spdytunnel.wire;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The names and values of one header block, in the order they were sent (SPDY/3.1 2.6.10).
 *
 * <p>Names are lower case. A name with several values stands here once for each of them; on the wire the values are
 * joined by NUL. Each {@code char} is one byte (ISO 8859-1), so that bytes 0x80 to 0xFF pass unchanged.
 *
 * <p>Not thread-safe; filled by one floor and then only read.
 */
public final class HeaderBlock {

    private final List<String> names;
    private final List<String> values;

    public HeaderBlock() {
        this.names = new ArrayList<>(16);
        this.values = new ArrayList<>(16);
    }

    private HeaderBlock(List<String> names, List<String> values) {
        this.names = names;
        this.values = values;
    }

    /** A block without any entry; it cannot be added to. */
    public static HeaderBlock empty() {
        return new HeaderBlock(Collections.emptyList(), Collections.emptyList());
    }

    /** Adds a value, behind those the name may already have. Whether it may be sent is checked when it is encoded. */
    public HeaderBlock add(String name, String value) {
        names.add(name);
        values.add(value);
        return this;
    }

    /** The name's first value, or null. */
    public @Nullable String first(String name) {
        int at = names.indexOf(name);
        return at < 0 ? null : values.get(at);
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
        for (int i = 0; i < names.size(); i++) {
            action.accept(names.get(i), values.get(i));
        }
    }

    /** How many values there are, over all names. */
    public int size() {
        return names.size();
    }

    public String name(int index) {
        return names.get(index);
    }

    public String value(int index) {
        return values.get(index);
    }

    /** The names only: values may be secrets. */
    @Override
    public String toString() {
        return "HeaderBlock" + names;
    }
}
