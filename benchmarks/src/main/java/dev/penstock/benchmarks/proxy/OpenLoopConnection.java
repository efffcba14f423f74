package dev.penstock.benchmarks.proxy;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A connection of an {@link OpenLoop}, with one request under way at most. Confined to its event loop. */
final class OpenLoopConnection extends SimpleChannelInboundHandler<ByteBuf> {
    private final OpenLoop load;
    private final byte[] request;
    private final AnswerReader answer = new AnswerReader();
    private @Nullable ChannelHandlerContext context;
    private long number;

    OpenLoopConnection(OpenLoop load, byte[] request) {
        this.load = load;
        this.request = request;
    }

    static byte[] request(String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and its end is told
    void send(long number) {
        this.number = number;
        ChannelHandlerContext open = requireNonNull(context, "context");
        open.writeAndFlush(Unpooled.wrappedBuffer(request), open.voidPromise());
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        this.context = context;
        load.connected(this);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
        switch (answer.read(bytes)) {
            case PART -> {}
            case WHOLE -> load.answered(this, number);
            case BAD -> load.failed();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        load.failed();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // its end is told
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
