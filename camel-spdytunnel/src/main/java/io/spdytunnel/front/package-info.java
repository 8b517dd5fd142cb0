/** The front door: a streaming HTTP server for visitors. Knows no Camel. */
@NullMarked
package io.spdytunnel.front;

import org.jspecify.annotations.NullMarked;
