package io.spdytunnel.bench;

/** Where visitors find a contestant. */
record Site(String host, int port, String hostHeader) {

    Site(String host, int port) {
        this(host, port, host + ":" + port);
    }
}
