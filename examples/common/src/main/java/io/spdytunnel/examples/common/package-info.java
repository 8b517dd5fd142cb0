/** What the example programs share. */
@NullMarked
package io.spdytunnel.examples.common;

import org.jspecify.annotations.NullMarked;
