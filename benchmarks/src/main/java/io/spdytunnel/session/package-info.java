/** Benchmarks of this floor, in its package so that nothing of it has to become public. */
@NullMarked
package io.spdytunnel.session;

import org.jspecify.annotations.NullMarked;
