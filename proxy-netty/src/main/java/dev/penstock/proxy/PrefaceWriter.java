package dev.penstock.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/**
 * Sends the first bytes of a connection, as a PROXY header, ahead of whatever is sent first, and goes. Next to the network,
 * so that TLS comes after it. Confined to its event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and its end is told
final class PrefaceWriter extends ChannelOutboundHandlerAdapter {
    private final String preface;

    /** One byte a character. */
    PrefaceWriter(String preface) {
        this.preface = preface;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        context.write(Unpooled.wrappedBuffer(preface.getBytes(ISO_8859_1)), context.voidPromise());
        context.write(message, promise);
        context.pipeline().remove(this);
    }
}
