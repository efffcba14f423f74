package dev.penstock.benchmarks.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A connection of a {@link ClosedLoop} that sends one WebSocket message after the other, each once the one before has come back.
 * Confined to its event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and its end is told
final class WebSocketClient extends SimpleChannelInboundHandler<ByteBuf> {
    private static final byte[] END = {'\r', '\n', '\r', '\n'};
    private static final byte[] MESSAGE = new byte[WebSocketEcho.MASKED];

    static {
        MESSAGE[0] = WebSocketEcho.BINARY;
        MESSAGE[1] = (byte) (0x80 | WebSocketEcho.PAYLOAD);
    }

    private final ClosedLoop load;
    private final String path;
    private boolean open;
    private int matched;
    private int filled;

    private WebSocketClient(ClosedLoop load, String path) {
        this.load = load;
        this.path = path;
    }

    static List<ChannelHandler> handlers(ClosedLoop load, String path) {
        return List.of(new WebSocketClient(load, path));
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        String opening = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        context.writeAndFlush(Unpooled.copiedBuffer(opening, StandardCharsets.US_ASCII), context.voidPromise());
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
        while (!open && bytes.isReadable()) {
            readHead(context, bytes);
        }
        if (!open) {
            return;
        }
        filled += bytes.readableBytes();
        if (filled == WebSocketEcho.PLAIN) {
            load.succeeded();
            send(context);
        } else if (filled > WebSocketEcho.PLAIN) {
            context.close(); // more than was asked for
        }
    }

    /** Looks for the end of the answer's head, whose first line must say 101. */
    private void readHead(ChannelHandlerContext context, ByteBuf bytes) {
        byte next = bytes.readByte();
        if (filled++ == 9 && next != '1') { // HTTP/1.1 101
            context.close();
        }
        if (next == END[matched]) {
            matched++;
        } else {
            matched = next == END[0] ? 1 : 0;
        }
        if (matched == END.length) {
            open = true;
            send(context);
        }
    }

    private void send(ChannelHandlerContext context) {
        filled = 0;
        context.writeAndFlush(Unpooled.wrappedBuffer(MESSAGE), context.voidPromise());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        load.failed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
