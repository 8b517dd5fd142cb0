package io.spdytunnel.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who gets a thread, who waits, who is turned away. */
@Timeout(30)
class LifoWorkerPoolTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final LifoWorkerPool workers = new LifoWorkerPool(threads, 3, 2);
    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch busy = new CountDownLatch(3);

    @AfterEach
    void allThreadsAreGivenBack() throws Exception {
        release.countDown();
        workers.close();
        threads.shutdown();
        assertThat(threads.awaitTermination(10, SECONDS)).isTrue();
    }

    private void allAreBusy() throws Exception {
        for (int i = 0; i < 3; i++) {
            workers.execute(() -> {
                busy.countDown();
                await(release);
            });
        }
        assertThat(busy.await(10, SECONDS)).isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Thread threadOfAStep() throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        workers.execute(() -> thread.complete(Thread.currentThread()));
        return idles(thread);
    }

    private static Thread idles(CompletableFuture<Thread> thread) throws Exception {
        Thread worker = thread.get(10, SECONDS);
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> worker.getState() == Thread.State.TIMED_WAITING);
        return worker;
    }

    private WeakReference<Object> heldByAStep() throws Exception {
        byte[] body = new byte[100];
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        workers.execute(() -> {
            body[0] = 1;
            thread.complete(Thread.currentThread());
        });
        idles(thread);
        return new WeakReference<>(body);
    }

    @Test
    void aWorkerWhoIsIdleIsUsedAgainBeforeAnotherThreadIsMade() throws Exception {
        Set<Thread> used = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 50; i++) {
            used.add(threadOfAStep());
        }

        assertThat(used).hasSize(1);
    }

    /** A step holds an exchange, and that perhaps a body. */
    @Test
    void anIdleWorkerKeepsNothingOfItsLastStep() throws Exception {
        WeakReference<Object> held = heldByAStep();
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> {
            System.gc();
            return held.get() == null;
        });
    }

    @Test
    void stepsBeyondAllWorkersWaitAndAreDoneAndThoseBeyondThatAreRejected() throws Exception {
        AtomicInteger done = new AtomicInteger();
        allAreBusy();
        workers.execute(done::incrementAndGet);
        workers.execute(done::incrementAndGet);

        assertThatThrownBy(() -> workers.execute(done::incrementAndGet))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("3 workers (maxWorkers)");
        assertThat(done).hasValue(0);
        release.countDown();
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> done.get() == 2);
    }

    @Test
    void aStepThatFailsCostsNobodyElseAWorker() throws Exception {
        for (int i = 0; i < 10; i++) {
            workers.execute(() -> {
                Thread.currentThread().setUncaughtExceptionHandler((thread, expected) -> {});
                throw new IllegalStateException("expected");
            });
            threadOfAStep();
        }
        allAreBusy();
    }

    @Test
    void manyStepsFromManyThreadsAreEachDoneOnce() throws Exception {
        LifoWorkerPool many = new LifoWorkerPool(threads, 3, 100_000);
        AtomicInteger done = new AtomicInteger();
        CountDownLatch askers = new CountDownLatch(4);
        for (int i = 0; i < 4; i++) {
            threads.execute(() -> {
                for (int n = 0; n < 5_000; n++) {
                    many.execute(done::incrementAndGet);
                }
                askers.countDown();
            });
        }

        assertThat(askers.await(20, SECONDS)).isTrue();
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> done.get() == 20_000);
        many.close();
    }

    @Test
    void afterTheEndNothingIsTaken() {
        workers.close();

        assertThatThrownBy(() -> workers.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }
}
