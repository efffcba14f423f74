package dev.penstock.benchmarks.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.util.List;
import javax.net.ssl.SSLException;

/**
 * A connection of a {@link ClosedLoop} that makes a full handshake of TLS 1.3, asks once and is followed by another connection.
 * Confined to its event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and its end is told
final class HandshakeClient extends SimpleChannelInboundHandler<ByteBuf> {
    private final ClosedLoop load;
    private final byte[] request;
    private final AnswerReader answer = new AnswerReader();
    private boolean answered;

    private HandshakeClient(ClosedLoop load, String path) {
        this.load = load;
        this.request = OpenLoopConnection.request(path);
    }

    static List<ChannelHandler> handlers(ClosedLoop load, SslContext tls, String path) {
        // Without a peer to name, no session is kept, so none is resumed.
        return List.of(tls.newHandler(ByteBufAllocator.DEFAULT), new HandshakeClient(load, path));
    }

    static SslContext tls() {
        try {
            return SslContextBuilder.forClient()
                    .sslProvider(SslProvider.OPENSSL)
                    .protocols("TLSv1.3")
                    .endpointIdentificationAlgorithm("")
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("no BoringSSL", e);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completed) {
            if (completed.isSuccess()) {
                context.writeAndFlush(Unpooled.wrappedBuffer(request), context.voidPromise());
            } else {
                context.close();
            }
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
        switch (answer.read(bytes)) {
            case PART -> {}
            case WHOLE -> {
                answered = true;
                load.succeeded();
                context.close();
            }
            case BAD -> context.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (!answered) {
            load.failed();
        } else if (!load.isOver()) {
            load.connect();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
