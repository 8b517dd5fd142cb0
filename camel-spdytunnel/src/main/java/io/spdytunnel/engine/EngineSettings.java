package io.spdytunnel.engine;

/**
 * What the component's options say of its threads, memory and TLS.
 *
 * @param tlsProvider {@code auto}, {@code jdk} or {@code openssl}
 * @param memoryBudget bytes that all bodies under way may hold together; 0 for a quarter of the direct memory
 * @param eventLoopThreads 0 for one per core
 * @param maxWorkers most worker threads
 */
public record EngineSettings(String tlsProvider, long memoryBudget, int eventLoopThreads, int maxWorkers) {}
