package io.spdytunnel.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** Writes down what a decoder delivers, one line a call. */
final class FrameNotes implements FrameListener {

    private final List<String> lines = new ArrayList<>();
    private boolean throwOnData;

    List<String> taken() {
        List<String> taken = List.copyOf(lines);
        lines.clear();
        return taken;
    }

    void throwsOnNextData() {
        throwOnData = true;
    }

    private static String text(HeaderBlock block) {
        StringBuilder text = new StringBuilder();
        block.forEach((name, value) -> text.append(' ').append(name).append('=').append(value));
        return text.toString();
    }

    @Override
    public void data(int streamId, ByteBuf bytes, Fin fin) {
        if (throwOnData) {
            throwOnData = false;
            throw StreamError.of(streamId, StreamStatus.PROTOCOL_ERROR, "2.2.2", "a test");
        }
        lines.add("data " + streamId + " " + bytes.toString(ISO_8859_1) + " " + fin);
    }

    @Override
    public void synStream(int streamId, int to, int priority, Fin fin, Answer answer, HeaderBlock head) {
        lines.add("synStream " + streamId + " " + to + " " + priority + " " + fin + " " + answer + text(head));
    }

    @Override
    public void synReply(int streamId, Fin fin, HeaderBlock head) {
        lines.add("synReply " + streamId + " " + fin + text(head));
    }

    @Override
    public void rstStream(int streamId, int statusCode) {
        lines.add("rstStream " + streamId + " " + statusCode);
    }

    @Override
    public void settings(Settings settings) {
        lines.add("settings " + settings);
    }

    @Override
    public void ping(int id) {
        lines.add("ping " + id);
    }

    @Override
    public void goAway(int lastGoodStreamId, int statusCode) {
        lines.add("goAway " + lastGoodStreamId + " " + statusCode);
    }

    @Override
    public void headers(int streamId, Fin fin, HeaderBlock headers) {
        lines.add("headers " + streamId + " " + fin + text(headers));
    }

    @Override
    public void windowUpdate(int streamId, int delta) {
        lines.add("windowUpdate " + streamId + " " + delta);
    }

    @Override
    public void malformed(FrameType type, int streamId, StreamError error) {
        lines.add("malformed " + type + " " + streamId + " " + error.status());
    }
}
