package io.spdytunnel.tunnel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Writes the HTTP message before SPDY as one buffer, so that it is sent in one piece. */
public final class RegistrationMessage {

    private RegistrationMessage() {}

    /** Whether the text may be a header value. Other characters are a mistake in the settings. */
    static boolean isHeaderValue(String value) {
        return value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c < 0x7F));
    }

    /** Headers that validate names and values: a line break in one of them would inject headers. */
    public static HttpHeaders headers() {
        return new DefaultHttpHeaders();
    }

    /** A message with a body and its Content-Length. */
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
