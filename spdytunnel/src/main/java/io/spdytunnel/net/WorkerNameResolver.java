package io.spdytunnel.net;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Looks up names like the platform, with its hosts file, but on a worker, because the platform's look-up blocks. */
public final class WorkerNameResolver extends AddressResolverGroup<InetSocketAddress> {

    private final Executor workers;

    /** @param workers threads that may block */
    public WorkerNameResolver(Executor workers) {
        this.workers = workers;
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor loop) {
        return new Lookup(loop).asAddressResolver();
    }

    private final class Lookup extends InetNameResolver {

        Lookup(EventExecutor loop) {
            super(loop);
        }

        @Override
        protected void doResolve(String name, Promise<InetAddress> promise) {
            onWorker(promise, () -> promise.trySuccess(InetAddress.getByName(name)));
        }

        @Override
        protected void doResolveAll(String name, Promise<List<InetAddress>> promise) {
            onWorker(
                    promise,
                    () -> promise.trySuccess(
                            HostDialer.withBothLoopbacks(name, Arrays.asList(InetAddress.getAllByName(name)))));
        }

        private void onWorker(Promise<?> promise, Step step) {
            try {
                workers.execute(() -> {
                    try {
                        step.run();
                    } catch (UnknownHostException unknown) {
                        promise.tryFailure(unknown);
                    }
                });
            } catch (RejectedExecutionException full) {
                promise.tryFailure(full);
            }
        }
    }

    private interface Step {
        void run() throws UnknownHostException;
    }
}
