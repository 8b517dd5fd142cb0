package io.spdytunnel.exchange;

/** An endpoint whose producer may be known not to block the thread that sends to it. */
public interface NonBlockingTarget {

    /** Whether its producer is started with its route, and its requests and replies stream. */
    boolean neverBlocks();
}
