package io.spdytunnel.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A browser's request head: its block alone, and with the SYN_STREAM around it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HeaderBlockBenchmark {

    private final ByteBufAllocator buffers = PooledByteBufAllocator.DEFAULT;
    private final CountingListener listener = new CountingListener();
    private final HeaderBlock head = Blocks.browserRequest();
    private final HeaderBlockEncoder encoder = new HeaderBlockEncoder(Blocks.MAX_BYTES, Blocks.MAX_FIELDS);
    private final HeaderBlockDecoder blocks = new HeaderBlockDecoder(Blocks.MAX_BYTES, Blocks.MAX_FIELDS);
    private final FrameDecoder frames = new FrameDecoder(FrameLimits.DEFAULT);
    private final FrameWriter releasing =
            new NettySpdyFrameWriter(buffers, ByteBuf::release, Blocks.MAX_BYTES, Blocks.MAX_FIELDS);
    private ByteBuf block = buffers.directBuffer();
    private ByteBuf frame = buffers.directBuffer();

    /** The first block of a session has zlib's header; the second is like all others, and can be read again and again. */
    @Setup
    public void begin() {
        HeaderBlockEncoder sender = new HeaderBlockEncoder(Blocks.MAX_BYTES, Blocks.MAX_FIELDS);
        ByteBuf first = sender.encode(buffers, head);
        blocks.decode(1, first);
        first.release();
        block = sender.encode(buffers, head);

        List<ByteBuf> sent = new ArrayList<>();
        FrameWriter writer = new NettySpdyFrameWriter(buffers, sent::add, Blocks.MAX_BYTES, Blocks.MAX_FIELDS);
        writer.synStream(1, 0, Fin.FIN, head);
        writer.synStream(3, 0, Fin.FIN, head);
        read(sent.get(0));
        sent.get(0).release();
        frame = sent.get(1);
    }

    private void read(ByteBuf bytes) {
        while (frames.decode(bytes, listener)) {
            // until all is delivered
        }
    }

    @TearDown
    public void release() {
        block.release();
        frame.release();
        blocks.close();
        frames.close();
    }

    @Benchmark
    public void encodeBlock() {
        encoder.encode(buffers, head).release();
    }

    @Benchmark
    public HeaderBlock decodeBlock() {
        block.readerIndex(0);
        return blocks.decode(3, block);
    }

    @Benchmark
    public void encodeSynStream() {
        releasing.synStream(3, 0, Fin.FIN, head);
    }

    @Benchmark
    public int decodeSynStream() {
        frame.readerIndex(0);
        read(frame);
        return listener.heard;
    }
}
