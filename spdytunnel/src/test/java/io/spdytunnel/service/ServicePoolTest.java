package io.spdytunnel.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.spdytunnel.fields.VisitorId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Connections that wait for their next request: whose they are, and for how long. */
class ServicePoolTest {

    private final EmbeddedChannel alices = new EmbeddedChannel();
    private final VisitorId alice = VisitorId.of(alices);
    private final VisitorId bob = VisitorId.unique();
    private final ServicePool pool = new ServicePool(
            alices.eventLoop(),
            () -> {
                throw new IllegalStateException("nobody dials here");
            },
            (channel, of) -> {},
            ServiceSharing.SHARED);

    private EmbeddedChannel released(VisitorId visitor, boolean owned) {
        EmbeddedChannel channel = new EmbeddedChannel(new ServiceConnection(pool));
        ServiceConnection connection = channel.pipeline().get(ServiceConnection.class);
        ChannelHandlerContext context = channel.pipeline().context(connection);
        if (owned) {
            connection.ownedBy(context, visitor);
        }
        pool.release(context, connection, visitor);
        return channel;
    }

    @Test
    void ownedOnesServeTheirVisitorOnly() {
        EmbeddedChannel own = released(alice, true);
        EmbeddedChannel anybodys = released(bob, false);

        assertThat(pool.take(bob)).isSameAs(anybodys);
        assertThat(pool.take(bob)).isNull();
        assertThat(pool.take(null)).isNull();
        assertThat(pool.take(alice)).isSameAs(own);
        assertThat(pool.take(alice)).isNull();
    }

    @Test
    void nobodysIsClosed() {
        assertThat(released(null, true).isActive()).isFalse();
    }

    @Test
    void theyEndWithTheirVisitor() {
        EmbeddedChannel own = released(alice, true);
        EmbeddedChannel bobs = released(bob, true);

        alices.close().syncUninterruptibly();

        assertThat(own.isActive()).isFalse();
        assertThat(pool.take(alice)).isNull();
        assertThat(pool.take(bob)).isSameAs(bobs);
    }

    @Test
    void theyAreBounded() {
        List<EmbeddedChannel> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            all.add(released(VisitorId.unique(), true));
        }
        assertThat(all.stream().filter(EmbeddedChannel::isActive)).hasSize(256);
        assertThat(all.get(0).isActive()).isFalse();
        assertThat(all.get(299).isActive()).isTrue();
    }
}
