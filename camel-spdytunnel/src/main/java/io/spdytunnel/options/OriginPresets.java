package io.spdytunnel.options;

/** Named sets of limits. */
public final class OriginPresets {

    static final String NONE = "none";

    private OriginPresets() {}

    /**
     * Sets a preset's values where the options have their defaults. The endpoint's own options are set later.
     *
     * @throws IllegalArgumentException if the preset is unknown
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

    /**
     * The limits of the Brickchain proxy for each origin. Its period of 5 minutes and its 30 s to answer are the
     * defaults here.
     */
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
