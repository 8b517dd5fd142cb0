package io.spdytunnel.testing;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails the test class after which Netty's leak detector has something to say. Netty itself only logs it, and a build
 * that logs a leak is green.
 *
 * <p>A leak shows when a buffer is collected that nobody has released, so each class ends with a collection. What still
 * hung on that class's last instance is found behind the next one, or at the very end.
 */
public final class LeakWatch implements BeforeAllCallback, AfterAllCallback {

    private static final List<String> LEAKS = new ArrayList<>();

    static {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        // before the first buffer: Netty's classes ask for their detector once, when they are loaded
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new ResourceLeakDetectorFactory() {
            @Override
            @SuppressWarnings("deprecation") // no other overload is abstract
            public <T> ResourceLeakDetector<T> newResourceLeakDetector(
                    Class<T> resource, int samplingInterval, long maxActive) {
                return new Detector<>(resource, samplingInterval);
            }
        });
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot()
                .getStore(ExtensionContext.Namespace.create(LeakWatch.class))
                .getOrComputeIfAbsent("end", key -> (AutoCloseable) () -> failOnLeaks("all tests"));
    }

    @Override
    public void afterAll(ExtensionContext context) throws InterruptedException {
        failOnLeaks(context.getDisplayName());
    }

    private static void failOnLeaks(String where) throws InterruptedException {
        List<String> leaks = findLeaks();
        if (!leaks.isEmpty()) {
            throw new AssertionError(
                    "LEAK: " + leaks.size() + " found behind " + where + "\n" + String.join("\n", leaks));
        }
    }

    /** Collects garbage, and returns and forgets what Netty found among it. */
    static List<String> findLeaks() throws InterruptedException {
        for (int round = 0; round < 2; round++) {
            collectGarbage();
            ByteBufAllocator.DEFAULT.buffer(1).release(); // the detector reports when it is next asked
        }
        synchronized (LEAKS) {
            List<String> found = List.copyOf(LEAKS);
            LEAKS.clear();
            return found;
        }
    }

    /** Returns when the collector has told of an object that was garbage before it began. */
    private static void collectGarbage() throws InterruptedException {
        ReferenceQueue<Object> collected = new ReferenceQueue<>();
        PhantomReference<Object> probe = new PhantomReference<>(new Object(), collected);
        for (int attempt = 0; attempt < 10; attempt++) {
            System.gc();
            if (probe.equals(collected.remove(500))) {
                return;
            }
        }
    }

    /** Says nothing by itself: the test that fails says it. */
    private static final class Detector<T> extends ResourceLeakDetector<T> {

        Detector(Class<T> resource, int samplingInterval) {
            super(resource, samplingInterval);
        }

        @Override
        protected void reportTracedLeak(String resourceType, String records) {
            remember(resourceType + " was not released before it was collected. Who touched it:" + records);
        }

        @Override
        protected void reportUntracedLeak(String resourceType) {
            remember(resourceType + " was not released before it was collected");
        }

        private static void remember(String leak) {
            synchronized (LEAKS) {
                LEAKS.add(leak);
            }
        }
    }
}
