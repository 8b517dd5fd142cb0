package io.spdytunnel.engine;

/**
 * The component's options for threads, memory and TLS.
 *
 * @param tlsProvider {@code auto}, {@code jdk} or {@code openssl}
 * @param memoryBudget bytes that all bodies may hold together; 0 for a quarter of the direct memory
 * @param eventLoopThreads 0 for one per core
 * @param maxWorkers largest number of worker threads
 */
public record EngineSettings(String tlsProvider, long memoryBudget, int eventLoopThreads, int maxWorkers) {}
