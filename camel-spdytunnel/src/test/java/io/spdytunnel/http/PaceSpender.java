package io.spdytunnel.http;

/** Lets tests of the floors above spend what else only bodies spend. */
public final class PaceSpender {

    private PaceSpender() {}

    public static void spends(Pace pace, int bytes) {
        var unused = pace.take(bytes);
    }
}
