package dev.penstock.benchmarks.proxy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/**
 * An endpoint that answers each WebSocket message of {@link #PAYLOAD} bytes with the same, and does nothing else, so that it
 * takes little of the core that it shares with the load. Prints the port that it listens at.
 */
final class WebSocketEcho {
    /** Bytes of a message. */
    static final int PAYLOAD = 64;

    /** Bytes of a message from the client: two, a mask of zeros, which leaves the payload as it is, the payload. */
    static final int MASKED = 2 + 4 + PAYLOAD;

    /** Bytes of a message to the client: two, the payload. */
    static final int PLAIN = 2 + PAYLOAD;

    static final byte BINARY = (byte) 0x82; // the only frame of a message of bytes

    private static final String KEY = "sec-websocket-key:";

    private WebSocketEcho() {}

    /** Starts it. */
    public static void main(String... words) {
        var bound = new ServerBootstrap()
                .group(Loop.one())
                .channel(EpollServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new Opening(), new Messages());
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
        Loop.report("%s", ((InetSocketAddress) bound.localAddress()).getPort());
    }

    /** The value of Sec-WebSocket-Accept for a key (RFC 6455, section 4.2.2). */
    static String accept(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-1", e);
        }
    }

    /** Answers the opening request with 101 and goes. */
    @SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it
    private static final class Opening extends ByteToMessageDecoder {
        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            String head = in.toString(StandardCharsets.US_ASCII);
            int end = head.indexOf("\r\n\r\n");
            if (end < 0) {
                return;
            }
            in.skipBytes(end + 4);
            String key = head.substring(0, end)
                    .lines()
                    .filter(line -> line.regionMatches(true, 0, KEY, 0, KEY.length()))
                    .map(line -> line.substring(KEY.length()).trim())
                    .findFirst()
                    .orElseThrow();
            String answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: " + accept(key) + "\r\n\r\n";
            context.writeAndFlush(Unpooled.copiedBuffer(answer, StandardCharsets.US_ASCII), context.voidPromise());
            context.pipeline().remove(this);
        }
    }

    /** Sends back the payload of each message. */
    @SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and the client sees that
    private static final class Messages extends SimpleChannelInboundHandler<ByteBuf> {
        private final byte[] message = new byte[MASKED];
        private int filled;

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf in) {
            while (in.isReadable()) {
                int taken = Math.min(MASKED - filled, in.readableBytes());
                in.readBytes(message, filled, taken);
                filled += taken;
                if (filled == MASKED) {
                    filled = 0;
                    ByteBuf echo = context.alloc().buffer(PLAIN);
                    echo.writeByte(BINARY).writeByte(PAYLOAD).writeBytes(message, 6, PAYLOAD);
                    context.write(echo, context.voidPromise());
                }
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
