package io.spdytunnel.directory;

import io.spdytunnel.spi.Api;

/** What the directory knows of an origin's name. */
@Api
public enum Presence {
    /** At least one tunnel takes streams. Whether one has a free slot is {@link OriginDirectory#pick}'s affair. */
    HERE,
    /** Somebody named it, or it was here lately: worth waiting for, and 503 rather than 404. */
    AWAY,
    /** Never heard of. */
    UNKNOWN
}
