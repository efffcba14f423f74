package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.testkit.Eventually;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HalfOpenEpollTest {
    private static final Duration GENEROUS = Duration.ofSeconds(20);

    /** Takes what comes. */
    private static final class Taker extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<Channel> begun = new CompletableFuture<>();
        private final Queue<String> taken = new ConcurrentLinkedQueue<>();

        @Override
        public void channelActive(ChannelHandlerContext context) {
            begun.complete(context.channel());
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            taken.add(((ByteBuf) message).toString(StandardCharsets.US_ASCII));
            ReferenceCountUtil.release(message);
        }
    }

    @Test
    void T01_bytesBehindAnUrgentOne_areRead() throws Exception {
        assumeTrue(Epoll.isAvailable());
        var group = new MultiThreadIoEventLoopGroup(1, HalfOpenEpoll.newFactory());
        try {
            var taker = new Taker();
            Channel server = new ServerBootstrap()
                    .group(group)
                    .channel(EpollServerSocketChannel.class)
                    .childHandler(taker)
                    .bind(InetAddress.getLoopbackAddress(), 0)
                    .sync()
                    .channel();
            int port = ((InetSocketAddress) server.localAddress()).getPort();
            try (var client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                Channel accepted = taker.begun.get(GENEROUS.toSeconds(), TimeUnit.SECONDS);
                var sent = new CountDownLatch(1);
                accepted.eventLoop().execute(() -> await(sent)); // so that it reads when all has come
                client.getOutputStream().write("before".getBytes(StandardCharsets.US_ASCII));
                client.sendUrgentData('!');
                client.getOutputStream().write("behind".getBytes(StandardCharsets.US_ASCII));
                sent.countDown();

                Eventually.eventually(
                        GENEROUS, () -> assertThat(String.join("", taker.taken)).isEqualTo("beforebehind"));
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
