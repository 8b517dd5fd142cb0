package io.spdytunnel.wire;

import io.netty.buffer.ByteBuf;

/** Hears frames and keeps no more of them than JMH needs. */
final class CountingListener implements FrameListener {

    int heard;

    @Override
    public void data(int streamId, ByteBuf bytes, Fin fin) {
        heard += bytes.readableBytes();
    }

    @Override
    public void synStream(int streamId, int associatedTo, int priority, Fin fin, Answer answer, HeaderBlock head) {
        heard += head.size();
    }

    @Override
    public void synReply(int streamId, Fin fin, HeaderBlock head) {
        heard += head.size();
    }

    @Override
    public void rstStream(int streamId, int statusCode) {
        heard++;
    }

    @Override
    public void settings(Settings settings) {
        heard++;
    }

    @Override
    public void ping(int id) {
        heard++;
    }

    @Override
    public void goAway(int lastGoodStreamId, int statusCode) {
        heard++;
    }

    @Override
    public void headers(int streamId, Fin fin, HeaderBlock headers) {
        heard += headers.size();
    }

    @Override
    public void windowUpdate(int streamId, int delta) {
        heard++;
    }

    @Override
    public void malformed(FrameType type, int streamId, StreamError error) {
        throw error;
    }
}
