package io.spdytunnel.wire;

/** What the benchmarks of this floor have in common. */
final class Blocks {

    static final int MAX_BYTES = FrameLimits.DEFAULT.maxBlockBytes();
    static final int MAX_FIELDS = FrameLimits.DEFAULT.maxFields();

    private Blocks() {}

    /** A request as a browser sends it through a proxy: 15 fields, 600 bytes. */
    static HeaderBlock browserRequest() {
        return new HeaderBlock()
                .add(":method", "GET")
                .add(":path", "/catalogue/shoes?size=42&colour=red")
                .add(":version", "HTTP/1.1")
                .add(":host", "shop42.example.com")
                .add(":scheme", "https")
                .add("user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36")
                .add("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8")
                .add("accept-language", "en-GB,en;q=0.9,de;q=0.8")
                .add("accept-encoding", "gzip, deflate, br")
                .add("referer", "https://shop42.example.com/catalogue")
                .add("cookie", "visit=8f14e45fceea167a5a36dedd4bea2543; theme=dark")
                .add("forwarded", "for=203.0.113.7;proto=https;host=shop42.example.com")
                .add("x-forwarded-for", "203.0.113.7")
                .add("x-forwarded-proto", "https")
                .add("via", "1.1 spdytunnel");
    }
}
