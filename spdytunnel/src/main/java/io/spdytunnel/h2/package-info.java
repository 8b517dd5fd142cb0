/** HTTP/2 in SPDY's place: its connections as sessions, for visitors and for services. */
@NullMarked
package io.spdytunnel.h2;

import org.jspecify.annotations.NullMarked;
