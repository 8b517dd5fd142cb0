package io.spdytunnel.tunnel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Writes the one HTTP message that precedes SPDY, as one buffer, so that it leaves in one piece. */
public final class RegistrationMessage {

    private RegistrationMessage() {}

    /** What a header value may hold; anything else is a mistake in the settings, not in the message. */
    static boolean isHeaderValue(String value) {
        return value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c < 0x7F));
    }

    /** Validates names and values: a line break in one of them would let it speak for us. */
    public static HttpHeaders headers() {
        return new DefaultHttpHeaders();
    }

    /** A message with a body of its length. */
    public static ByteBuf write(ByteBufAllocator allocator, String startLine, HttpHeaders headers, String body) {
        StringBuilder text = new StringBuilder(startLine).append("\r\n");
        for (Map.Entry<String, String> header : headers) {
            text.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        text.append("Content-Length: ").append(bytes.length).append("\r\n\r\n");
        ByteBuf message = ByteBufUtil.writeUtf8(allocator, text);
        return message.writeBytes(bytes);
    }
}
