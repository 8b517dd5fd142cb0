package io.spdytunnel.directory;

import io.spdytunnel.spi.Api;

/** What the directory knows about an origin's name. */
@Api
public enum Presence {
    /** At least one tunnel accepts streams. Whether one has a free slot, {@link OriginDirectory#pick} decides. */
    HERE,
    /**
     * Known but not connected: it is configured or listed, or was connected lately. Requests wait, and get 503 instead
     * of 404.
     */
    AWAY,
    /** Not known. */
    UNKNOWN
}
