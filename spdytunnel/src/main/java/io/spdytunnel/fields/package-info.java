/**
 * What the header fields of HTTP say.
 *
 * <p>Answers for the translation between HTTP heads and header blocks, for fields that belong to one hop, for the length of a
 * body, for Upgrade and CONNECT, and for the fields that tell who the visitor is. Holds no connection and no body. Knows
 * {@code wire}.
 *
 * <p>Begin with {@link io.spdytunnel.fields.HeaderMapping}.
 */
@NullMarked
package io.spdytunnel.fields;

import org.jspecify.annotations.NullMarked;
