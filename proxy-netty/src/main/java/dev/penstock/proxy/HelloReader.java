package dev.penstock.proxy;

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
    private static final int MAX_CLIENT_HELLO_BYTES = 16 << 10;

    private final Consumer<String> onName;

    /** A reader of one connection; the name is told in lower case, empty where there is none. */
    HelloReader(Consumer<String> onName) {
        super(MAX_CLIENT_HELLO_BYTES, 0); // whoever waits for the name sees to the time
        this.onName = onName;
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
