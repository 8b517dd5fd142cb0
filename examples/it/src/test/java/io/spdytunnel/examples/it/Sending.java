package io.spdytunnel.examples.it;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Something that is sent on a thread of its own, while the test reads. */
@FunctionalInterface
interface Sending {

    void send() throws IOException;

    static Runnable of(Sending sending) {
        return () -> {
            try {
                sending.send();
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        };
    }
}
