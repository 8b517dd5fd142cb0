package io.spdytunnel.options;

/** Limits that go under one name. */
public final class OriginPresets {

    static final String NONE = "none";

    private OriginPresets() {}

    /**
     * Sets a preset's values where the options still have their defaults; what the endpoint says itself comes later.
     *
     * @throws IllegalArgumentException for a preset that there is not
     */
    public static void fill(EndpointOptions options, String preset) {
        switch (preset) {
            case NONE -> {}
            case "brickchain" -> brickchain(options);
            default ->
                throw new IllegalArgumentException(
                        "option preset is \"" + preset + "\"; it must be none or brickchain");
        }
    }

    /** What the Brickchain proxy allowed each origin. Its 5 minutes and its 30 s to answer are the defaults here. */
    private static void brickchain(EndpointOptions options) {
        if (options.getRequestsPerPeriod() == 0) {
            options.setRequestsPerPeriod(500);
        }
        if (options.getMaxRequestBodySize() == 0) {
            options.setMaxRequestBodySize(512_000);
        }
        if (options.getMaxResponseBodySize() == 0) {
            options.setMaxResponseBodySize(512_000);
        }
    }
}
