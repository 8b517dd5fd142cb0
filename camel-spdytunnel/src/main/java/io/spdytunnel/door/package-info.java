/**
 * The face of the front door towards netty-http: its consumers become routes of this project's streaming server.
 *
 * <p>Answers for ports that consumers share, for the choice of the route by path and method, and for options of netty-http
 * that have no meaning here. Knows netty-http, {@code exchange}, {@code engine} and {@code tls}.
 *
 * <p>Begin with {@link io.spdytunnel.door.FrontDoorPorts}.
 */
@NullMarked
package io.spdytunnel.door;

import org.jspecify.annotations.NullMarked;
