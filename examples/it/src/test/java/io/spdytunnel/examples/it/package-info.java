/** Whole programs: the examples' jars are started as processes and visited. */
@NullMarked
package io.spdytunnel.examples.it;

import org.jspecify.annotations.NullMarked;
