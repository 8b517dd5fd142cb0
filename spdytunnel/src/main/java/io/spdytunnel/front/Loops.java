package io.spdytunnel.front;

import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;

/** Hands work to an event loop. */
final class Loops {

    private Loops() {}

    /** Runs the task on the loop, at once if this is its thread. Returns false if the loop has ended, and all on it. */
    static boolean run(EventLoop loop, Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
            return true;
        }
        return later(loop, task);
    }

    /** Runs the task on the loop, behind what is waiting there. Returns false if the loop has ended. */
    static boolean later(EventLoop loop, Runnable task) {
        try {
            loop.execute(task);
            return true;
        } catch (RejectedExecutionException ended) {
            return false; // its connections are closed, nobody is left to hear of it
        }
    }
}
