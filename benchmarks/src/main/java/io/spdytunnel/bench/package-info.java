/** Whole programs under load, side by side: see {@code benchmarks/README.md}. */
@NullMarked
package io.spdytunnel.bench;

import org.jspecify.annotations.NullMarked;
