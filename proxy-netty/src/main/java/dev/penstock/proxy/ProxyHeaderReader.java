package dev.penstock.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the PROXY header off the begin of a connection, says whom it names, and goes. What comes without one is closed, as
 * its sender could not be told from who may speak for others. Stands before everything else, also before TLS. Confined to
 * its event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and its end is told
final class ProxyHeaderReader extends ChannelInboundHandlerAdapter {
    /** Told to those behind it once the header was read. */
    static final Object READ = new Object();

    private final int maxBytes;
    private final Consumer<? super InetSocketAddress> onSource;
    private final Runnable onRefused;
    private ByteBuf held = Unpooled.EMPTY_BUFFER;
    private boolean over;

    /**
     * A reader of one connection.
     *
     * @param maxBytes the longest header of version 2
     * @param onSource told the client, unless the header says nothing of one
     * @param onRefused told that there was no header
     */
    ProxyHeaderReader(int maxBytes, Consumer<? super InetSocketAddress> onSource, Runnable onRefused) {
        this.maxBytes = maxBytes;
        this.onSource = onSource;
        this.onRefused = onRefused;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf bytes) || over) {
            ReferenceCountUtil.release(message);
            return;
        }
        held = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), held, bytes);
        try {
            ProxyHeader header = ProxyHeader.read(held, maxBytes);
            if (header != null) {
                end(context, header);
            }
        } catch (ProxyHeader.Malformed malformed) {
            over = true;
            onRefused.run();
            context.close();
        }
    }

    private void end(ChannelHandlerContext context, ProxyHeader header) {
        over = true;
        @Nullable InetSocketAddress source = header.source();
        if (source != null) {
            onSource.accept(source);
        }
        ByteBuf rest = held.skipBytes(header.length());
        held = Unpooled.EMPTY_BUFFER;
        context.fireUserEventTriggered(READ); // before it goes: what is then put behind it gets the rest
        context.pipeline().remove(this);
        if (rest.isReadable()) {
            context.fireChannelRead(rest);
        } else {
            rest.release();
        }
        context.fireChannelReadComplete();
    }

    /** A header that ends in its middle is none; who says nothing at all has asked for nothing. */
    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (!over && held.isReadable()) {
            over = true;
            onRefused.run();
        }
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        held.release();
        held = Unpooled.EMPTY_BUFFER;
    }
}
