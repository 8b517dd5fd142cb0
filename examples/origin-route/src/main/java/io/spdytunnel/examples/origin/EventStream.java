package io.spdytunnel.examples.origin;

import io.netty.buffer.Unpooled;
import io.spdytunnel.http.HttpBody;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Server-sent events, one a second, until the visitor leaves. Costs a timer and no thread. */
final class EventStream implements HttpBody.Source {

    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);

    /** Who does not read so many bytes is told nothing new until it has. */
    private static final int MOST_UNREAD_BYTES = 16 * 1024;

    private final ScheduledExecutorService clock;
    private final HttpBody body = new HttpBody(HttpBody.UNKNOWN_LENGTH, this);
    private final AtomicInteger unread = new AtomicInteger();

    // guarded by this
    private @Nullable Future<?> ticks;
    private boolean over;

    // confined to the clock's thread
    private int number;

    private EventStream(ScheduledExecutorService clock) {
        this.clock = clock;
    }

    static HttpBody start(ScheduledExecutorService clock) {
        return new EventStream(clock).body;
    }

    /** The head is on its way: begin. */
    @Override
    public synchronized void wanted() {
        if (!over) {
            ticks = clock.scheduleAtFixedRate(this::tick, 0, 1, TimeUnit.SECONDS);
        }
    }

    private void tick() {
        if (unread.get() > MOST_UNREAD_BYTES) {
            return;
        }
        number++;
        byte[] event = ("id: " + number + "\ndata: event " + number + "\n\n").getBytes(StandardCharsets.UTF_8);
        unread.addAndGet(event.length);
        body.offer(Unpooled.wrappedBuffer(event));
    }

    @Override
    public void consumed(int bytes) {
        unread.addAndGet(-bytes);
    }

    @Override
    public synchronized void abandoned(String why) {
        over = true;
        if (ticks != null) {
            ticks.cancel(false);
        }
        LOG.info("event stream over: {}", why);
    }
}
