package io.spdytunnel.h2;

import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.SessionLimits;
import io.spdytunnel.session.SessionSettings;

/** Puts Netty's parts together, with our limits in the places where Netty counts. */
final class Http2SessionBuilder
        extends AbstractHttp2ConnectionHandlerBuilder<Http2SessionHandler, Http2SessionBuilder> {

    /** Of what is received by default; more costs the peer a table, too, and hardly shortens a head. */
    private static final int HEADER_TABLE_BYTES = 4096;

    private final LiveHttp2Session session;

    private final Runnable headTooLong;

    private Http2SessionBuilder(LiveHttp2Session session, Runnable headTooLong) {
        this.session = session;
        this.headTooLong = headTooLong;
    }

    static Http2SessionHandler handlerOf(LiveHttp2Session session, Runnable headTooLong) {
        SessionSettings settings = session.settings();
        SessionLimits limits = settings.limits();
        Http2Connection connection = session.connection();
        connection.local().flowController(session.credit());
        // Without the tree of priorities, which RFC 9113 5.3 has given up: equal streams in turn.
        connection
                .remote()
                .flowController(
                        new DefaultHttp2RemoteFlowController(connection, new UniformStreamByteDistributor(connection)));
        Http2Settings announced = new Http2Settings()
                .headerTableSize(HEADER_TABLE_BYTES)
                .initialWindowSize(MemoryBudget.STREAM_BYTES)
                .maxHeaderListSize(settings.frames().maxBlockBytes());
        if (session.isInitiator()) {
            announced.pushEnabled(false);
        } else {
            announced.maxConcurrentStreams(settings.maxConcurrentStreams());
        }
        Http2SessionHandler handler = new Http2SessionBuilder(session, headTooLong)
                .connection(connection)
                .initialSettings(announced)
                .frameListener(session)
                // The session counts resets: Netty cannot tell those that are the peer's fault, or cost us nothing.
                .decoderEnforceMaxRstFramesPerWindow(0, 0)
                .encoderEnforceMaxRstFramesPerWindow(0, 0)
                .decoderEnforceMaxConsecutiveEmptyDataFrames(Math.max(1, limits.maxEmptyData()))
                .encoderEnforceMaxQueuedControlFrames(limits.maxUnflushedReplies())
                .gracefulShutdownTimeoutMillis(0) // how long to wait is the session's decision, made before closing
                .build();
        connection.addListener(session);
        return handler;
    }

    @Override
    protected Http2SessionHandler build(
            Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings announced) {
        return new Http2SessionHandler(decoder, encoder, announced, session, headTooLong);
    }
}
