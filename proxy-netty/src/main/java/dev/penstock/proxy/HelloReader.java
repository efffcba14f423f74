package dev.penstock.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.util.concurrent.Future;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads which server name a client asks for in its first message of TLS (RFC 6066, section 3), tells it, and passes on what
 * has come as it came. What does not begin as TLS does asks for none. Confined to its event loop.
 */
final class HelloReader extends AbstractSniHandler<String> {
    private final Consumer<String> onName;
    private final Runnable onRead;

    /**
     * A reader of one connection.
     *
     * @param mostBytes the longest first message
     * @param onName told the name in lower case, empty where there is none
     * @param onRead told that it may keep more than before
     */
    HelloReader(int mostBytes, Consumer<String> onName, Runnable onRead) {
        super(mostBytes, 0); // whoever waits for the name sees to the time
        this.onName = onName;
        this.onRead = onRead;
    }

    /** How many bytes it keeps, with all the memory that they take. */
    long heldBytes() {
        ByteBuf waiting = internalBuffer();
        return waiting.isReadable() ? Pinned.bytes(waiting) : 0;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        super.channelRead(context, message);
        onRead.run();
    }

    @Override
    protected Future<String> lookup(ChannelHandlerContext context, @Nullable String asked) {
        return context.executor().newSucceededFuture(asked == null ? "" : asked.toLowerCase(Locale.ROOT));
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext context, @Nullable String asked, Future<String> lookup) {
        onName.accept(lookup.getNow());
        if (!context.isRemoved()) {
            context.pipeline().remove(this); // and what it holds goes on
        }
    }
}
