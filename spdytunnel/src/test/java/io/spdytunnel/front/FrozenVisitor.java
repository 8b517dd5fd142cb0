package io.spdytunnel.front;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.spdytunnel.http.HttpHandler;
import io.spdytunnel.http.IncomingRequest;
import io.spdytunnel.session.MemoryBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A visitor without a socket, in whose world time stands still unless the test moves it. */
final class FrozenVisitor implements AutoCloseable {

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    private final EmbeddedChannel channel;
    private final VisitorConnections connections = new VisitorConnections();
    private int reads;

    /** What the handler was given; it does not answer by itself. */
    final List<IncomingRequest> requests = new ArrayList<>();

    FrozenVisitor() {
        this(VisitorServerSettings.DEFAULT);
    }

    FrozenVisitor(VisitorServerSettings settings) {
        this(settings, new AbortLimit(settings), request -> {});
    }

    FrozenVisitor(VisitorServerSettings settings, AbortLimit aborts, HttpHandler handler) {
        HttpHandler remembering = request -> {
            requests.add(request);
            handler.handle(request);
        };
        VisitorService service = new VisitorService(
                settings,
                remembering,
                connections,
                aborts,
                new MemoryBudget(MemoryBudget.STREAM_BYTES),
                false,
                AccessLog.OFF);
        channel = new EmbeddedChannel();
        channel.freezeTime();
        channel.config().setAutoRead(false).setAllocator(allocator);
        channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void read(ChannelHandlerContext ctx) {
                reads++;
            }
        });
        channel.pipeline().addLast(new VisitorInitializer(service, null, new EdgeLog()));
        channel.pipeline().fireChannelActive();
    }

    EmbeddedChannel channel() {
        return channel;
    }

    VisitorConnections connections() {
        return connections;
    }

    /** Sends in one piece, as if the socket had been asked for it. */
    void says(String text) {
        channel.writeInbound(bytes(text));
    }

    void saysByteByByte(String text) {
        for (int i = 0; i < text.length() && isConnected(); i++) {
            says(text.substring(i, i + 1));
        }
    }

    private ByteBuf bytes(String text) {
        return allocator.buffer().writeBytes(text.getBytes(ISO_8859_1));
    }

    /** Everything that has come back since the last call. */
    String hears() {
        channel.runPendingTasks();
        StringBuilder heard = new StringBuilder();
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
            heard.append(bytes.toString(ISO_8859_1));
            bytes.release();
        }
        return heard.toString();
    }

    /** How often the socket was asked for bytes since the last call. */
    int asksForBytes() {
        int asked = reads;
        reads = 0;
        return asked;
    }

    IncomingRequest onlyRequest() {
        assertThat(requests).hasSize(1);
        return requests.get(0);
    }

    void staysSilentFor(Duration time) {
        for (long second = 0; second < time.toSeconds(); second++) {
            channel.advanceTimeBy(1, TimeUnit.SECONDS);
            channel.runPendingTasks();
        }
    }

    boolean isConnected() {
        channel.runPendingTasks();
        return channel.isOpen();
    }

    void leaves() {
        channel.close().syncUninterruptibly();
        channel.runPendingTasks();
    }

    /** Leaves, and fails if a buffer or a timer stayed behind. */
    @Override
    public void close() {
        channel.finishAndReleaseAll();
        requests.forEach(request -> request.body().abandon("the story is over"));
        channel.runPendingTasks();
        assertThat(allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory())
                .as("bytes that nobody released")
                .isZero();
        assertThat(channel.runScheduledPendingTasks())
                .as("time to the next timer")
                .isEqualTo(-1);
        assertThat(connections.count()).isZero();
    }
}
