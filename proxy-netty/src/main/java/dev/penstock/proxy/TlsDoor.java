package dev.penstock.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads which name a client asks for, then makes way for the TLS of that virtual host. What is not TLS, or too long, ends
 * the connection. Confined to its event loop.
 */
final class TlsDoor extends AbstractSniHandler<@Nullable TlsHost> {
    /** RFC 8446, 6: a fatal alert, unrecognized_name. */
    private static final byte[] UNRECOGNIZED_NAME = {21, 3, 3, 0, 2, 2, 112};

    /** A client that does not read is not waited for any longer. */
    private static final long MAX_FAREWELL_MILLIS = 1_000;

    private final ListenerTls tls;
    private final TlsGuard guard;

    TlsDoor(ListenerTls tls, TlsGuard guard, int mostBytes) {
        super(mostBytes, 0); // the guard sees to the time
        this.tls = tls;
        this.guard = guard;
    }

    /** What waits of a hello that is not whole; of one in several records as much again is kept. */
    long heldBytes() {
        ByteBuf waiting = internalBuffer();
        return waiting.isReadable() ? Pinned.bytes(waiting) + waiting.readableBytes() : 0;
    }

    @Override
    protected Future<@Nullable TlsHost> lookup(ChannelHandlerContext context, @Nullable String asked) {
        String name = asked == null ? "" : asked.toLowerCase(Locale.ROOT);
        TlsHosts hosts = tls.hosts();
        TlsHost found = hosts.find(name);
        if (found != null) {
            return context.executor().newSucceededFuture(found);
        }
        Promise<@Nullable TlsHost> answer = context.executor().newPromise();
        tls.supplied(name)
                .whenComplete((supplied, problem) -> answer.trySuccess(supplied == null ? hosts.unknown() : supplied));
        return answer;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and its end is told
    protected void onLookupComplete(
            ChannelHandlerContext context, @Nullable String asked, Future<@Nullable TlsHost> lookup) {
        if (context.isRemoved() || !context.channel().isActive()) {
            return; // the client has left meanwhile
        }
        TlsHost host = lookup.getNow();
        if (host == null) {
            guard.refused(TlsRefusals.Reason.UNKNOWN_NAME);
            ByteBuf alert = Unpooled.wrappedBuffer(UNRECOGNIZED_NAME);
            context.writeAndFlush(alert).addListener(sent -> context.close());
            return;
        }
        guard.host(host, asked == null ? "" : asked.toLowerCase(Locale.ROOT));
        SslHandler handler = host.context().newHandler(context.alloc());
        RecordCumulator.install(handler, context.channel());
        handler.setHandshakeTimeoutMillis(0);
        handler.setCloseNotifyFlushTimeoutMillis(MAX_FAREWELL_MILLIS);
        context.pipeline().replace(this, "tls", handler);
    }
}
