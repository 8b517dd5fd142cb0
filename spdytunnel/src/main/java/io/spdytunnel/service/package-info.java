/**
 * Calls to plain HTTP services, and CONNECT to other targets.
 *
 * <p>Answers for the connections to services that speak HTTP/1.1, which are kept and used again, and for the rules of what a
 * CONNECT may reach. Knows {@code http}, {@code fields} and {@code net}.
 *
 * <p>Begin with {@link io.spdytunnel.service.ServiceCalls} and {@link io.spdytunnel.service.ConnectCalls}.
 */
@NullMarked
package io.spdytunnel.service;

import org.jspecify.annotations.NullMarked;
