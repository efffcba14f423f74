package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TransportTest {
    private static final int GENEROUS_SECONDS = 20;
    private static final int BYTES = 200_000;

    /** Counts reads, and turns of the loop that had some, until all has come. */
    private static final class Counter extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<Channel> begun = new CompletableFuture<>();
        private final CompletableFuture<Boolean> come = new CompletableFuture<>();
        private int bytes;
        private int reads;
        private int turns;

        @Override
        public void channelActive(ChannelHandlerContext context) {
            begun.complete(context.channel());
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            reads++;
            bytes += ((ByteBuf) message).readableBytes();
            ReferenceCountUtil.release(message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            turns++;
            if (bytes == BYTES) {
                come.complete(true);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"EPOLL", "NIO"})
    void H26_connectionThatHasMore_isReadSeveralTimesATurn(Transport transport) throws Exception {
        assumeTrue(transport.available());
        var group = new MultiThreadIoEventLoopGroup(1, transport.ioHandlers());
        try {
            var counter = new Counter();
            Channel server = new ServerBootstrap()
                    .group(group)
                    .channel(transport.serverChannel())
                    .childOption(ChannelOption.RECVBUF_ALLOCATOR, Transport.READS)
                    .childHandler(counter)
                    .bind(InetAddress.getLoopbackAddress(), 0)
                    .sync()
                    .channel();
            int port = ((InetSocketAddress) server.localAddress()).getPort();
            try (var client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                Channel accepted = counter.begun.get(GENEROUS_SECONDS, TimeUnit.SECONDS);
                var sent = new CountDownLatch(1);
                accepted.eventLoop().execute(() -> await(sent)); // so that it reads when all has come
                client.getOutputStream().write(new byte[BYTES]);
                sent.countDown();

                assertThat(counter.come.get(GENEROUS_SECONDS, TimeUnit.SECONDS)).isTrue();
                assertThat(counter.turns).isLessThan(counter.reads);
            }
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
