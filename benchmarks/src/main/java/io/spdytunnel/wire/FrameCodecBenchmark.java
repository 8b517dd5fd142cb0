package io.spdytunnel.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One DATA frame, written or read. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FrameCodecBenchmark {

    @Param({"1024", "16384"})
    public int bytes;

    private final ByteBufAllocator buffers = PooledByteBufAllocator.DEFAULT;
    private final CountingListener listener = new CountingListener();
    private final FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULT);
    private final FrameWriter releasing =
            new NettySpdyFrameWriter(buffers, ByteBuf::release, Blocks.MAX_BYTES, Blocks.MAX_FIELDS);
    private ByteBuf content = buffers.directBuffer();
    private ByteBuf frame = buffers.directBuffer();

    @Setup
    public void lay() {
        content.writeZero(bytes);
        new NettySpdyFrameWriter(buffers, made -> frame = made, Blocks.MAX_BYTES, Blocks.MAX_FIELDS)
                .data(1, content.retainedDuplicate(), Fin.MORE);
    }

    @TearDown
    public void release() {
        frame.release();
        content.release();
        decoder.close();
    }

    @Benchmark
    public int decodeData() {
        frame.readerIndex(0);
        while (decoder.decode(frame, listener)) {
            // until the frame is delivered
        }
        return listener.heard;
    }

    @Benchmark
    public void encodeData() {
        releasing.data(1, content.retainedDuplicate(), Fin.MORE);
    }
}
