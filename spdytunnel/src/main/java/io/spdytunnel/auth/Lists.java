package io.spdytunnel.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Files with one entry a line: words, with white space between; empty lines, and those that begin with #, do not count. */
final class Lists {

    private Lists() {}

    /**
     * Splits every line into this number of words; the last word is the rest of the line.
     *
     * @param form what a line should be, for the message
     * @throws IllegalArgumentException naming the line, not showing it: there are secrets in it
     */
    static void read(String text, int words, String form, Consumer<List<String>> line) {
        int number = 0;
        for (String raw : text.split("\n", -1)) {
            number++;
            String trimmed = raw.strip();
            if (trimmed.isEmpty() || trimmed.startsWith("#")) {
                continue;
            }
            List<String> parts = List.of(trimmed.split("\\s+", words));
            try {
                if (parts.size() < words) {
                    throw new IllegalArgumentException("it should be: " + form);
                }
                line.accept(parts);
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException("line " + number + ": " + wrong.getMessage(), wrong);
            }
        }
    }

    /** Several names, separated by comma. */
    static List<String> names(String text) {
        List<String> names = new ArrayList<>();
        for (String name : text.split(",", -1)) {
            names.add(name.strip());
        }
        return names;
    }
}
