package io.spdytunnel.bench;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a JVM that was started with {@code -XX:NativeMemoryTracking=summary} says of memory outside its heap. */
final class NativeMemory {

    private static final Pattern CATEGORY =
            Pattern.compile("^-\\s+([A-Z][A-Za-z ]*?) \\(reserved=\\d+KB, committed=(\\d+)KB", Pattern.MULTILINE);

    private NativeMemory() {}

    /**
     * Bytes that are committed outside the heap, direct memory among them; not what libraries allocate for themselves,
     * such as zlib for an Inflater.
     *
     * @param summary of {@code jcmd VM.native_memory summary}, in KB
     * @throws IllegalArgumentException where there are no figures in it
     */
    static long outsideHeap(String summary) {
        Matcher category = CATEGORY.matcher(summary);
        long kilobytes = 0;
        int found = 0;
        while (category.find()) {
            found++;
            if (!category.group(1).equals("Java Heap")) {
                kilobytes += Long.parseLong(category.group(2));
            }
        }
        if (found < 2) {
            throw new IllegalArgumentException("no categories of native memory in: " + summary);
        }
        return kilobytes << 10;
    }
}
