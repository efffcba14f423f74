package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.ClientTimeouts;
import dev.penstock.time.Ticker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Two connections joined: bytes that come in on one go out on the other, until both directions have ended, one breaks, or
 * nothing was said for too long. What is left to be sent then has a while to go out. Confined to its event loop.
 *
 * <p>An end is passed on as an end only where it was said: by TLS where the connection is secured (RFC 8446, 6.1). Otherwise
 * somebody may have cut off what was still to come, so the other connection is cut off as well: by TLS without its end, else
 * by a reset. Only who was told the other side's end before may leave without saying its own: both have said all they had to,
 * and many close then without {@code close_notify}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and its end is told
final class Tunnel {
    /** So long what was sent to a side may take to get there before that side is reset. */
    private static final long RESET_DELAY_MILLIS = 1_000;

    /** How often the system asks an end whether it is still there before it gives it up. */
    private static final int KEEP_ALIVE_PROBES = 4;

    private final Side downstream;
    private final Side upstream;
    private final ClientBuffers buffers;
    private final Flushes flushes;
    private final LoopTimer timer;
    private final long idleNanos;
    private final long lastWriteNanos;
    private final int keepAliveSeconds;
    private final Consumer<Tunnel> onEnd;
    private final Consumer<Throwable> onFault;
    private int openDirections = 2;
    private boolean ended;
    private boolean expired;
    private @Nullable String cutReason;

    Tunnel(
            Channel downstream,
            Channel upstream,
            ClientBuffers buffers,
            Flushes flushes,
            Ticker ticker,
            Duration idle,
            ClientTimeouts timeouts,
            Consumer<Throwable> onFault,
            Consumer<Tunnel> onEnd) {
        this.buffers = buffers;
        this.flushes = flushes;
        this.downstream = new Side(downstream, upstream);
        this.upstream = new Side(upstream, downstream);
        this.timer = new LoopTimer(downstream.eventLoop(), ticker, this::expired);
        this.idleNanos = idle.toNanos();
        this.lastWriteNanos = timeouts.write().toNanos();
        this.keepAliveSeconds = (int) timeouts.keepAlive().toSeconds();
        this.onFault = onFault;
        this.onEnd = onEnd;
    }

    Side downstream() {
        return downstream;
    }

    Side upstream() {
        return upstream;
    }

    /** Begins, once both sides stand in their pipelines. */
    void start() {
        if (!ended) {
            timer.arm(idleNanos);
        }
        downstream.start();
        upstream.start();
    }

    /** How many bytes wait to be sent, both ways. */
    long waitingBytes() {
        return ClientBuffers.waitingBytes(downstream.channel) + ClientBuffers.waitingBytes(upstream.channel);
    }

    /** Has the endpoint's connection stop taking bytes in time; the client sees to its own. */
    void fit(BufferShare share) {
        share.fit(upstream.channel, UpstreamConnection.MAX_WAITING_BYTES);
    }

    /** Tells whether the endpoint has broken the connection off. */
    boolean isUpstreamBroken() {
        return upstream.broken;
    }

    /** What the client sent, and the endpoint: what has been read of it. */
    long receivedBytes() {
        return downstream.readBytes + SplicedReads.movedBytes(downstream.channel);
    }

    long sentBytes() {
        return upstream.readBytes + SplicedReads.movedBytes(upstream.channel);
    }

    boolean hasEnded() {
        return ended;
    }

    /** Who ended it. */
    Ending.By endedBy() {
        if (expired) {
            return Ending.By.PROXY_TIMEOUT;
        } else if (cutReason != null) {
            return Ending.By.PROXY;
        } else if (downstream.broken || downstream.cutShort) {
            return Ending.By.CLIENT;
        }
        return upstream.broken || upstream.cutShort ? Ending.By.ENDPOINT : Ending.By.NOBODY;
    }

    /** Why it ended, for reports; empty where nothing went wrong. */
    String reason() {
        return switch (endedBy()) {
            case PROXY_TIMEOUT -> "idle";
            case PROXY -> requireNonNull(cutReason, "cutReason");
            case CLIENT -> "client_gone";
            case ENDPOINT -> "connection_terminated";
            default -> "";
        };
    }

    /** Closes both connections as they stand; the reason is one for reports. */
    void cut(String reason) {
        if (!ended && cutReason == null) {
            cutReason = reason;
        }
        cutBoth();
    }

    private void cutBoth() {
        downstream.cut();
        upstream.cut();
    }

    private void expired() {
        if (ended) {
            cutBoth();
        } else {
            expired = true;
            end();
        }
    }

    private void end() {
        if (ended) {
            return;
        }
        ended = true;
        timer.arm(lastWriteNanos); // an end that never reads must not keep the connections
        SplicedReads.part(downstream.channel);
        SplicedReads.part(upstream.channel);
        downstream.finish(upstream.cutShort);
        upstream.finish(downstream.cutShort);
        onEnd.accept(this);
    }

    /** One end of the tunnel. */
    final class Side extends ChannelInboundHandlerAdapter implements Flushes.Waiting {
        private final Channel channel;
        private final Channel peer;
        private boolean flushesSoon;
        private boolean inputOver;
        private boolean cutShort;
        private boolean broken;
        private long readBytes;

        Side(Channel channel, Channel peer) {
            this.channel = channel;
            this.peer = peer;
        }

        void start() {
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            if (channel.isActive()) {
                keepAlive();
                SplicedReads.join(channel, peer);
                peer.flush();
                channel.config().setAutoRead(peer.isWritable());
                if (channel instanceof DuplexChannel duplex && duplex.isInputShutdown()) {
                    inputShutDown();
                }
            } else {
                end();
            }
        }

        /** Has the system find out that the other end is gone, which a tunnel that says nothing never would. */
        private void keepAlive() {
            channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
            if (channel instanceof EpollSocketChannel epoll) {
                epoll.config()
                        .setTcpKeepIdle(keepAliveSeconds)
                        .setTcpKeepIntvl(Math.max(1, keepAliveSeconds / KEEP_ALIVE_PROBES))
                        .setTcpKeepCnt(KEEP_ALIVE_PROBES);
            }
        }

        /** Closes it once what was written is sent, in a way that tells whether something is missing. */
        void finish(boolean incomplete) {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> {
                if (!incomplete) {
                    channel.close();
                } else if (channel.isOpen() && channel.pipeline().get(SslHandler.class) != null) {
                    TlsGuard.cut(channel.pipeline().lastContext()); // all that was sent gets there
                } else {
                    // A reset takes what is under way with it.
                    channel.eventLoop().schedule(this::cut, RESET_DELAY_MILLIS, TimeUnit.MILLISECONDS);
                }
            });
        }

        private Side other() {
            return this == downstream ? upstream : downstream;
        }

        void cut() {
            if (channel.isOpen()) {
                channel.config().setOption(ChannelOption.SO_LINGER, 0);
                TlsGuard.cut(channel.pipeline().lastContext());
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof ByteBuf bytes && !ended) {
                readBytes += bytes.readableBytes();
                peer.write(message, peer.voidPromise());
                if (!peer.isWritable()) {
                    channel.config().setAutoRead(false);
                }
            } else {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            if (!ended) {
                timer.arm(idleNanos);
            }
            if (Flushes.isMuch(peer, 0)) {
                flush();
            } else if (!flushesSoon) {
                flushesSoon = true;
                flushes.add(this);
            }
        }

        @Override
        public void turnEnds() {
            if (flushesSoon) {
                flush();
            }
        }

        private void flush() {
            flushesSoon = false;
            peer.flush();
            buffers.count();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (channel.isWritable()) {
                buffers.countTaken();
            }
            peer.config().setAutoRead(channel.isWritable());
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslCloseCompletionEvent end && end.isSuccess()) {
                inputOver();
            } else if (event == ChannelInputShutdownEvent.INSTANCE) {
                inputShutDown();
            }
        }

        /** The end of what comes by TCP, which anybody on the way can say. */
        private void inputShutDown() {
            SslHandler secured = channel.pipeline().get(SslHandler.class);
            if (secured == null || secured.sslCloseFuture().isSuccess()) {
                inputOver();
            } else {
                // Who was told the end of the other side by TLS often says no more than the end by TCP.
                cutShort = !inputOver && !other().inputOver;
                end();
            }
        }

        /** The end may be said by TLS, by TCP, or by both. */
        private void inputOver() {
            if (inputOver) {
                return;
            }
            inputOver = true;
            if (--openDirections == 0) {
                end();
            } else {
                peer.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> shutPeer());
            }
        }

        private void shutPeer() {
            if (peer instanceof DuplexChannel duplex && duplex.isActive()) {
                TlsGuard.endOutput(duplex);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            cutShort |= !ended && !inputOver;
            end();
            if (!peer.isOpen()) {
                timer.cancel();
                buffers.end();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (cause instanceof IOException || UpstreamHandshake.isTls(cause)) {
                broken = true;
                cutShort |= !ended && !inputOver;
                context.close(); // a broken end; what the other has still to get is sent before it is closed
            } else {
                onFault.accept(cause);
                Tunnel.this.cut(ErrorAnswer.INTERNAL.reason());
            }
        }
    }
}
