/** What users may implement. A leaf: it imports nothing else of this project. */
@NullMarked
package io.spdytunnel.spi;

import org.jspecify.annotations.NullMarked;
