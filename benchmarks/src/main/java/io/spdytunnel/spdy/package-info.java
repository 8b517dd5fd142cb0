/** Benchmarks of this floor, in its package so that nothing of it has to become public. */
@NullMarked
package io.spdytunnel.spdy;

import org.jspecify.annotations.NullMarked;
