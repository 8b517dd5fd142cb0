package io.spdytunnel.spdy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.wire.FrameDecoder;
import io.spdytunnel.wire.SessionError;
import io.spdytunnel.wire.StreamError;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Connects a session to its channel, and answers the peer's faults at one door. */
final class SessionHandler extends ByteToMessageDecoder {

    private final Function<ChannelHandlerContext, LiveSession> factory;
    private final FrameDecoder frames;
    private @Nullable LiveSession session; // from handlerAdded on

    SessionHandler(SessionSettings settings, Function<ChannelHandlerContext, LiveSession> factory) {
        this.factory = factory;
        this.frames = new FrameDecoder(settings.frames());
    }

    LiveSession session() {
        return Objects.requireNonNull(session, "the handler is in no pipeline yet");
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        LiveSession begun = factory.apply(context);
        session = begun;
        begun.begin();
        if (!context.channel().isActive()) {
            end(); // it closed before we came, and will not say so again
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) throws Exception {
        session().outbound().readBegins();
        session().heardFromPeer();
        super.channelRead(context, bytes);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        session().outbound().readEnds();
        super.channelReadComplete(context);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        while (session().isListening()) {
            try {
                if (!frames.decode(in, session().receiver())) {
                    return;
                }
                session().outbound().checkForFlood();
            } catch (StreamError error) {
                answer(error);
            } catch (SessionError error) {
                session().sessionError(error);
            } catch (RuntimeException bug) {
                session().failedInside(bug);
            }
        }
        session().discarded(in.readableBytes()); // after the end nothing is understood any more
        in.skipBytes(in.readableBytes());
    }

    private void answer(StreamError error) {
        try {
            session().streamError(error);
        } catch (SessionError oneTooMany) {
            session().sessionError(oneTooMany);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
        session().outbound().requestFlush();
        super.channelWritabilityChanged(context);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        super.channelInactive(context);
        end();
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        end();
    }

    private void end() {
        frames.close();
        session().transportClosed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException || cause.getCause() instanceof IOException) { // TLS wraps its own
            session().transportFailed(cause);
        } else {
            session().failedInside(cause);
        }
    }
}
