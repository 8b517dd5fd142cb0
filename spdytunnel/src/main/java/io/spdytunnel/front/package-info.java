/** The front door: a streaming server for visitors who speak HTTP/1.1 or SPDY/3.1. Knows no Camel. */
@NullMarked
package io.spdytunnel.front;

import org.jspecify.annotations.NullMarked;
