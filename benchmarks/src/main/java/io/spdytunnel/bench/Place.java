package io.spdytunnel.bench;

import java.util.List;

/**
 * Where the two ends are.
 *
 * @param proxyHost address at which the origin finds the proxy
 * @param backendHost address of the backend, as the origin and everybody else finds it
 * @param originPrefix what stands before the command of a program at the origin's end
 */
record Place(String proxyHost, String backendHost, List<String> originPrefix) {

    static final Place LOOPBACK = new Place("127.0.0.1", "127.0.0.1", List.of());
}
