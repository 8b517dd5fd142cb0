/** HTTP over one SPDY stream, in both roles, and the body that streams through every floor above. */
@NullMarked
package io.spdytunnel.http;

import org.jspecify.annotations.NullMarked;
