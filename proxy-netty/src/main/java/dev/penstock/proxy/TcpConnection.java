package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.Protocol;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connection of a client whose bytes are passed on as they are: waits for what it is routed by, has {@link TcpDelivery}
 * find an endpoint, and is joined to it. Confined to its event loop, but for {@link #drain()} and {@link #cut()}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and its end is told
final class TcpConnection implements ClientConnection {
    private final Listener listener;
    private final Protocol.Tcp protocol;
    private final LoopState state;
    private final @Nullable TlsGuard tls;
    private final ClientBuffers buffers;
    private final LoopTimer timer;
    private final Hold hold = new Begin();
    private boolean awaitsHeader;
    private InetSocketAddress source;
    private @Nullable HelloReader hello;
    private @Nullable TcpDelivery delivery;
    private @Nullable Tunnel tunnel;
    private @Nullable ClientRefusal refusal;
    private boolean cut;
    private boolean over;

    /**
     * A connection that was just accepted.
     *
     * @param listener where
     * @param protocol how it is treated
     * @param state its event loop
     * @param peer the other end
     * @param tls by which it is secured; null if it is not
     * @param proxied whether a PROXY header comes first
     */
    TcpConnection(
            Listener listener,
            Protocol.Tcp protocol,
            LoopState state,
            InetSocketAddress peer,
            @Nullable TlsGuard tls,
            boolean proxied) {
        this.listener = listener;
        this.protocol = protocol;
        this.state = state;
        this.source = peer;
        this.tls = tls;
        this.awaitsHeader = proxied && tls == null; // of one that is secured the handshake tells that it was read
        this.buffers = new ClientBuffers(this, state.buffers());
        this.timer = new LoopTimer(state.loop(), listener.ticker(), () -> refuse(ClientRefusal.HEADER_TIMEOUT));
    }

    @Override
    public void install(ChannelPipeline pipeline) {
        buffers.attach(pipeline.channel());
        if (tls == null) {
            SplicedReads.install(pipeline.channel(), state);
        }
        pipeline.addLast(hold);
    }

    @Override
    public void speaksFor(InetSocketAddress client) {
        source = client;
    }

    // ---- what it is routed by

    /** It is connected, and where it goes by TLS, the handshake is done. */
    private void connected() {
        if (awaitsHeader || (tls == null && protocol.sni())) {
            timer.arm(listener.spec().timeouts().header().toNanos());
        }
        if (!awaitsHeader) {
            introduced();
        }
    }

    /** Who it is, is known. */
    private void introduced() {
        awaitsHeader = false;
        if (tls == null && protocol.sni()) {
            var reader = new HelloReader(
                    listener.spec().limits().connections().clientHelloBytes(), this::begin, buffers::count);
            hello = reader;
            ChannelPipeline pipeline = channel().pipeline();
            pipeline.addBefore(requireNonNull(pipeline.context(hold), "hold").name(), null, reader);
        } else {
            begin(tls == null ? "" : tls.serverName());
        }
    }

    /** All that it is routed by is known. */
    private void begin(String host) {
        hello = null;
        if (over) {
            return;
        }
        timer.cancel();
        channel().config().setAutoRead(false);
        var local = (InetSocketAddress) channel().localAddress();
        var request = new OpaqueRequest("tcp", listener.spec().name(), host, source, local);
        ExchangeLog log = listener.log(request, tls == null ? ClientTls.NONE : tls.agreed());
        var begun = new TcpDelivery(this, request, state, listener.upstreams(), log);
        delivery = begun;
        begun.start(listener.table());
    }

    // ---- what becomes of it

    Channel channel() {
        return hold.channel();
    }

    /** Something of ours broke. */
    void fault(Throwable cause) {
        listener.faults().note("connection on listener " + listener.spec().name(), cause);
    }

    /** What it is joined to an endpoint by; null before. */
    @Nullable
    Tunnel tunnel() {
        return tunnel;
    }

    /** Joins it to an endpoint. */
    void join(TcpUpstream upstream, Consumer<Tunnel> onEnd) {
        var joined = new Tunnel(
                channel(),
                upstream.hold().channel(),
                buffers,
                state.flushes(),
                listener.ticker(),
                protocol.idle(),
                listener.spec().timeouts(),
                this::fault,
                onEnd);
        tunnel = joined;
        buffers.join(joined);
        upstream.greet();
        hold.giveTo(joined.downstream());
        upstream.hold().giveTo(joined.upstream());
        joined.start();
    }

    /** It goes nowhere, as its record tells. */
    void turnAway(ClientRefusal reason) {
        if (!over) {
            listener.count(reason);
            channel().close();
        }
    }

    /** It is over, through no doing of its client. */
    void close() {
        channel().close();
    }

    /** It is not even routed. */
    private void refuse(ClientRefusal reason) {
        if (!over) {
            refused(reason);
            channel().close();
        }
    }

    @Override
    public void refused(ClientRefusal reason) {
        cut = true;
        refusal = reason;
        if (delivery != null && !delivery.isOver()) {
            listener.count(reason);
        } else {
            listener.refused(reason, source.getAddress());
        }
    }

    @Override
    public int bufferBytes() {
        return listener.spec().limits().connections().bufferBytes();
    }

    @Override
    public @Nullable TlsGuard tls() {
        return tls;
    }

    @Override
    public long heldBytes() {
        return hold.heldBytes() + (hello == null ? 0 : hello.heldBytes());
    }

    // ---- the end

    /** One that is joined goes on until it ends, or is cut off. */
    @Override
    public void drain() {
        state.loop().execute(() -> {
            if (tunnel == null) {
                cut = true;
                channel().close();
            }
        });
    }

    @Override
    public void cut() {
        state.loop().execute(() -> cut(true));
    }

    @Override
    public void cut(boolean reset) {
        cut = true;
        if (tunnel == null) {
            channel().close();
        } else {
            tunnel.cut(reasonGone());
        }
    }

    /** Who ended it, if it is gone before it was joined. */
    Ending.By goneBy() {
        return cut ? Ending.By.PROXY : Ending.By.CLIENT;
    }

    /** Why it is gone, for reports. */
    String reasonGone() {
        if (!cut) {
            return "client_gone";
        }
        return refusal == null ? "cut_off" : refusal.token();
    }

    private void gone() {
        over = true;
        timer.cancel();
        buffers.end();
        if (delivery != null) {
            delivery.end();
        }
    }

    private void failed(Throwable cause) {
        TcpDelivery begun = delivery;
        if (begun == null) {
            fault(cause);
        } else {
            begun.failed(cause);
        }
    }

    /** Stands in the pipeline until it is joined. */
    private final class Begin extends Hold {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            connected();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ProxyHeaderReader.READ && awaitsHeader) {
                introduced();
            } else {
                super.userEventTriggered(context, event);
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            super.channelRead(context, message);
            buffers.count();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            gone();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (cause instanceof DecoderException) {
                refuse(ClientRefusal.MALFORMED); // no first message of TLS, or one that is too long
            } else if (!(cause instanceof IOException)) {
                failed(cause);
            }
            super.exceptionCaught(context, cause);
        }
    }
}
