package dev.penstock.proxy;

import dev.penstock.Table;
import dev.penstock.catalog.Protocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A socket on which datagrams of clients come in, and their flows, those first whose last datagram is the longest ago.
 * Confined to its event loop, but for {@link #bind} and {@link #address}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel is told to its handler
final class UdpSocket extends ChannelInboundHandlerAdapter {
    private final UdpListener listener;
    private final LoopState state;
    private final DatagramChannel channel;
    private final LoopTimer timer;
    private final Map<InetSocketAddress, UdpFlow> byClient = new HashMap<>();
    private final List<UdpFlow> toFlush = new ArrayList<>();
    private @Nullable UdpFlow oldest;
    private @Nullable UdpFlow newest;
    private boolean isToFlush;
    private boolean draining;

    UdpSocket(UdpListener listener, LoopState state, DatagramChannel channel) {
        this.listener = listener;
        this.state = state;
        this.channel = channel;
        this.timer = new LoopTimer(state.loop(), listener.ticker(), this::expire);
    }

    /** Binds it. */
    ChannelFuture bind(InetSocketAddress address) {
        channel.config().setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(1, bufferBytes()));
        if (channel instanceof EpollDatagramChannel) {
            channel.config().setOption(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, DatagramBuffers.LONGEST);
        }
        channel.config()
                .setRecvByteBufAllocator(channel instanceof EpollDatagramChannel ? state.batches() : state.datagrams());
        channel.pipeline().addLast(this);
        loop().register(channel).syncUninterruptibly();
        return channel.bind(address);
    }

    /** Where it is bound. */
    InetSocketAddress address() {
        return channel.localAddress();
    }

    // ---- what its flows need

    EventLoop loop() {
        return state.loop();
    }

    Table table() {
        return listener.table();
    }

    Protocol.Udp protocol() {
        return listener.protocol();
    }

    FaultLog faults() {
        return listener.faults();
    }

    int bufferBytes() {
        return listener.spec().limits().connections().bufferBytes();
    }

    ByteBufAllocator allocator() {
        return channel.alloc();
    }

    /** A socket to an endpoint. */
    DatagramChannel newChannel() {
        DatagramChannel made = listener.transport().newDatagramChannel();
        made.config().setRecvByteBufAllocator(state.datagrams());
        return made;
    }

    void refused(ClientRefusal reason, InetSocketAddress client) {
        listener.refused(reason, client.getAddress());
    }

    // ---- datagrams of clients

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var packet = (DatagramPacket) message;
        try {
            if (packet.sender().getPort() == 0 || !packet.content().isReadable()) {
                refused(ClientRefusal.MALFORMED, packet.sender()); // nobody to answer, or nothing to say
            } else {
                pass(packet.sender(), packet.content());
            }
        } catch (Exception
                | LinkageError
                | AssertionError
                | StackOverflowError e) { // checked ones, too: Netty throws them unseen
            faults().note("datagram on listener " + listener.spec().name(), e);
        } finally {
            packet.release();
        }
    }

    private void pass(InetSocketAddress client, ByteBuf bytes) {
        UdpFlow flow = protocol().oneShot() ? null : byClient.get(client);
        if (flow != null && flow.isStale()) {
            flow.end();
            flow = null;
        }
        if (flow == null) {
            flow = begin(client);
        }
        if (flow == null) {
            return;
        }
        touch(flow);
        flow.send(bytes);
        if (!flow.isToFlush) {
            flow.isToFlush = true;
            toFlush.add(flow);
        }
    }

    private @Nullable UdpFlow begin(InetSocketAddress client) {
        if (draining) {
            refused(ClientRefusal.DROPPED, client);
            return null;
        }
        var request = new OpaqueRequest("udp", listener.spec().name(), "", client, address());
        var flow = new UdpFlow(this, client, request, listener.log(request));
        ClientRefusal refusal = admit(flow);
        if (refusal != null) {
            refused(refusal, client);
            return null;
        }
        add(flow);
        boolean begun = false;
        try {
            refusal = flow.begin();
            begun = refusal == null;
        } finally {
            if (!begun) {
                flow.end();
            }
        }
        if (refusal != null && flow.isTold()) {
            listener.count(refusal);
        } else if (refusal != null) {
            refused(refusal, client);
        }
        return begun ? flow : null;
    }

    /** Routes a flow and takes a place for it; says why not if it may not begin, and then it holds nothing. */
    private @Nullable ClientRefusal admit(UdpFlow flow) {
        boolean admitted = false;
        try {
            ClientRefusal refusal = flow.route();
            if (refusal == null) {
                refusal = enter(flow.client());
            }
            admitted = refusal == null;
            return refusal;
        } finally {
            if (!admitted) {
                flow.turnAway();
            }
        }
    }

    /** Takes a place for a flow; where there is none the one that was silent for the longest makes way. */
    private @Nullable ClientRefusal enter(InetSocketAddress client) {
        ClientRefusal refusal = listener.enter(client.getAddress());
        if (refusal == null || refusal == ClientRefusal.ADDRESS || oldest == null) {
            return refusal;
        }
        listener.count(ClientRefusal.IDLE);
        oldest.makeWay();
        return listener.enter(client.getAddress());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        for (UdpFlow flow : toFlush) {
            flow.isToFlush = false;
            flow.flush();
        }
        toFlush.clear();
    }

    /** A datagram could not be sent, or none be read: the socket goes on. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        listener.clients().count(ClientRefusal.DROPPED);
        if (!(cause instanceof IOException)) {
            faults().note("datagram on listener " + listener.spec().name(), cause);
        }
    }

    // ---- datagrams of endpoints

    /** Sends a datagram to the client of a flow, with all others of this turn of the loop. */
    void answer(UdpFlow flow, ByteBuf bytes) {
        touch(flow);
        if (!channel.isWritable()) {
            channel.flush(); // what was written before it waits for the end of the turn, and not for the network
        }
        if (!channel.isWritable()) {
            bytes.release();
            refused(ClientRefusal.DROPPED, flow.client());
            return;
        }
        channel.write(new DatagramPacket(bytes, flow.client()), channel.voidPromise());
        if (!isToFlush) {
            isToFlush = true;
            loop().execute(this::flush);
        }
    }

    /** Tells whether a flow ends with its answer. */
    boolean isLastAnswer() {
        return draining || protocol().oneShot();
    }

    private void flush() {
        isToFlush = false;
        channel.flush();
    }

    // ---- flows

    private void add(UdpFlow flow) {
        if (!protocol().oneShot()) {
            byClient.put(flow.client(), flow);
        }
        flow.lastNanos = listener.ticker().nanos();
        link(flow);
        if (oldest == flow) {
            timer.arm(protocol().idle().toNanos());
        }
    }

    private void touch(UdpFlow flow) {
        flow.lastNanos = listener.ticker().nanos();
        if (newest != flow) {
            unlink(flow);
            link(flow);
        }
    }

    private void link(UdpFlow flow) {
        flow.older = newest;
        flow.newer = null;
        if (newest == null) {
            oldest = flow;
        } else {
            newest.newer = flow;
        }
        newest = flow;
    }

    private void unlink(UdpFlow flow) {
        if (flow.older == null) {
            oldest = flow.newer;
        } else {
            flow.older.newer = flow.newer;
        }
        if (flow.newer == null) {
            newest = flow.older;
        } else {
            flow.newer.older = flow.older;
        }
    }

    /** A flow has ended. */
    void ended(UdpFlow flow) {
        unlink(flow);
        byClient.remove(flow.client(), flow);
        listener.left(flow.client().getAddress());
        if (oldest == null) {
            timer.cancel();
            if (draining) {
                closeSoon();
            }
        }
    }

    /** After what was just answered is sent. */
    private void closeSoon() {
        loop().execute(channel::close);
    }

    /** Follows another idle time. */
    void rearm() {
        loop().execute(() -> {
            if (oldest != null) {
                expire();
            }
        });
    }

    private void expire() {
        long idle = protocol().idle().toNanos();
        long now = listener.ticker().nanos();
        while (oldest != null && now - oldest.lastNanos >= idle) {
            oldest.expire();
        }
        if (oldest != null) {
            timer.arm(oldest.lastNanos + idle - now);
        }
    }

    // ---- the end

    /** Begins no more flows, and is closed when those whose clients wait for an answer have it, or are given up. */
    ChannelFuture drain() {
        loop().execute(() -> {
            draining = true;
            UdpFlow next;
            for (UdpFlow flow = oldest; flow != null; flow = next) {
                next = flow.newer;
                if (!flow.isOwed()) {
                    flow.end();
                }
            }
            if (oldest == null) {
                closeSoon();
            }
        });
        return channel.closeFuture();
    }

    /** Closes it at once. */
    ChannelFuture cut() {
        loop().execute(() -> {
            draining = true;
            channel.close();
        });
        return channel.closeFuture();
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (!draining) {
            listener.closed(address());
        }
        draining = true;
        while (oldest != null) {
            oldest.end();
        }
    }
}
