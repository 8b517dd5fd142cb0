package io.spdytunnel.tls;

import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * An object that is made from key and trust stores, and made again when their files change. So a certificate is renewed
 * without a restart, and open connections go on. Stores that cannot be read change nothing.
 *
 * @param <T> the type of the object
 */
public final class RenewedStores<T> implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(RenewedStores.class);

    private final Logger log;
    private final String where;
    private final StoreFiles files;
    private final Supplier<T> maker;
    private volatile T made;

    // Guarded by this.
    private StoreFiles.Stamp seen;
    private boolean complained;

    /**
     * Makes the first object immediately.
     *
     * @param where which port or origin it is for, for messages
     * @param maker reads the stores; throws {@link IllegalArgumentException} if it cannot
     */
    public RenewedStores(String where, StoreFiles files, Supplier<T> maker) {
        this(where, files, maker, LOG);
    }

    public RenewedStores(String where, StoreFiles files, Supplier<T> maker, Logger log) {
        this.log = log;
        this.where = where;
        this.files = files;
        this.maker = maker;
        this.seen = files.stamp();
        this.made = maker.get();
    }

    /** The object from the last valid content of the stores. Any thread; does not block. */
    public T current() {
        return made;
    }

    /** What has to be called now and then, where it may block. */
    List<Runnable> readers() {
        return files.isEmpty() ? List.of() : List.of(this);
    }

    /** Makes a new object if the files have changed. */
    @Override
    public synchronized void run() {
        StoreFiles.Stamp now = files.stamp();
        if (now.equals(seen)) {
            return;
        }
        try {
            made = maker.get();
            seen = now;
            complained = false;
            log.info("{}: {} changed and was read again, new connections use it", where, files);
        } catch (IllegalArgumentException unusable) {
            // Perhaps half written: it is tried again until it can be used, and one line is enough.
            log.atLevel(complained ? Level.DEBUG : Level.WARN)
                    .log("{}; the earlier content stays in force", unusable.getMessage());
            complained = true;
        }
    }
}
