package io.spdytunnel.spdy;

/** Follows frames by their headers only, to know how much of the last one has not been said yet. */
final class UnfinishedFrame {

    private final byte[] header = new byte[SpdyBytes.HEADER_BYTES];
    private int headerBytes;
    private int contentLeft;

    void take(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            if (contentLeft > 0) {
                int skipped = Math.min(contentLeft, to - at);
                contentLeft -= skipped;
                at += skipped;
            } else {
                header[headerBytes++] = bytes[at++];
                if (headerBytes == header.length) {
                    headerBytes = 0;
                    contentLeft = SpdyBytes.contentLength(header, 0);
                }
            }
        }
    }

    /** Bytes missing of the header, else of the content; 0 between two frames. */
    int bytesLeft() {
        return headerBytes > 0 ? header.length - headerBytes : contentLeft;
    }
}
