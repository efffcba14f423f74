package dev.penstock.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees that a listener that cannot accept (the process is out of descriptors) stops trying for a while, says so once, and
 * goes on by itself. Confined to the event loop of the listener.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a task that is not run is one of a loop that has ended
final class AcceptWatch extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptWatch.class);
    private static final long PAUSE_MILLIS = 500;

    private final Listener listener;
    private boolean failing;

    AcceptWatch(Listener listener) {
        this.listener = listener;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (failing) {
            failing = false;
            LOG.info("listener {} accepts again", listener.spec().name());
        }
        context.fireChannelRead(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        listener.acceptFailed();
        if (!failing) {
            failing = true;
            LOG.error(
                    "listener {} cannot accept: {}; it tries again every {} ms (expected: enough descriptors, see ulimit -n)",
                    listener.spec().name(),
                    cause.getMessage(),
                    PAUSE_MILLIS);
        }
        Channel server = context.channel();
        server.config().setAutoRead(false);
        server.eventLoop().schedule(() -> server.config().setAutoRead(true), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
}
