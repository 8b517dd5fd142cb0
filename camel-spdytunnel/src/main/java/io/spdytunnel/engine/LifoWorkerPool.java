package io.spdytunnel.engine;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A pool that uses no more threads than it has work for. A task goes to the worker that became idle last, or to a new
 * worker if none is idle. If all workers are busy, the task waits.
 *
 * <p>A {@code ThreadPoolExecutor} would start all its threads before it uses one again, and then take the one that has
 * been idle longest, whose stack and caches are the coldest: 256 threads took turns at 32 visitors' requests, at twice
 * the CPU for half the requests. Idle workers go back to the pool after 30 s. Thread-safe.
 */
final class LifoWorkerPool implements Executor, AutoCloseable {

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Executor threads;
    private final int most;
    private final int mostWaiting;
    private final ArrayDeque<Worker> idle = new ArrayDeque<>(); // guarded by this, as are the others
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private int workers;
    private boolean closed;

    /**
     * Runs tasks on threads of an executor.
     *
     * @param threads provides a thread for each worker; at least {@code most} at once
     * @param most workers
     * @param mostWaiting tasks that may wait when all workers are busy; more are rejected
     */
    LifoWorkerPool(Executor threads, int most, int mostWaiting) {
        this.threads = threads;
        this.most = most;
        this.mostWaiting = mostWaiting;
    }

    @Override
    public void execute(Runnable step) {
        Worker worker;
        synchronized (this) {
            if (closed) {
                throw new RejectedExecutionException("this end is stopping");
            }
            worker = idle.pollLast();
            if (worker == null && workers == most) {
                if (waiting.size() >= mostWaiting) {
                    throw new RejectedExecutionException(
                            "all " + most + " workers (maxWorkers) are busy, and " + mostWaiting + " tasks wait");
                }
                waiting.add(step);
                return;
            }
            workers += worker == null ? 1 : 0;
        }
        if (worker != null) {
            worker.wake(step);
        } else {
            begin(step);
        }
    }

    private void begin(Runnable step) {
        boolean begun = false;
        try {
            threads.execute(new Worker(step));
            begun = true;
        } finally {
            if (!begun) {
                synchronized (this) {
                    workers--;
                }
            }
        }
    }

    /** Accepts no more tasks. Waiting tasks still run, and idle workers return their threads. */
    @Override
    public void close() {
        List<Worker> leaving;
        synchronized (this) {
            closed = true;
            leaving = List.copyOf(idle);
        }
        leaving.forEach(Worker::unpark);
    }

    private final class Worker implements Runnable {

        private volatile @Nullable Runnable handed;
        private volatile @Nullable Thread thread;

        Worker(Runnable first) {
            handed = first;
        }

        void wake(Runnable step) {
            handed = step;
            unpark();
        }

        void unpark() {
            LockSupport.unpark(thread);
        }

        @Override
        public void run() {
            thread = Thread.currentThread();
            do {
                runHanded();
            } while (hasNext());
        }

        /** In a method of its own, so that no local variable holds the task while its worker is idle. */
        private void runHanded() {
            Runnable step = Objects.requireNonNull(handed, "nothing was handed over");
            handed = null;
            try {
                step.run();
            } catch (Throwable broken) { // told as any thread's, and the next step is not to suffer for it
                Thread self = Thread.currentThread();
                self.getUncaughtExceptionHandler().uncaughtException(self, broken);
            }
        }

        /** Waits for the next task; false if this worker ends. */
        private boolean hasNext() {
            synchronized (LifoWorkerPool.this) {
                handed = waiting.poll();
                if (handed != null) {
                    return true;
                }
                if (closed) {
                    workers--;
                    return false;
                }
                idle.addLast(this);
            }
            return isWoken(System.nanoTime() + IDLE_NANOS);
        }

        private boolean isWoken(long deadline) {
            while (handed == null) {
                long left = deadline - System.nanoTime();
                if (left > 0) {
                    LockSupport.parkNanos(this, left);
                }
                if (handed == null && (left <= 0 || Thread.interrupted() || isClosed()) && leaves()) {
                    return false;
                }
            }
            return true;
        }

        /** Ends this worker, unless another thread has just chosen it: then a task is about to arrive. */
        private boolean leaves() {
            synchronized (LifoWorkerPool.this) {
                boolean left = idle.remove(this);
                workers -= left ? 1 : 0;
                return left;
            }
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }
}
