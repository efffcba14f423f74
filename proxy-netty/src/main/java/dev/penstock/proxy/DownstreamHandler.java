package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.ClientTimeouts;
import dev.penstock.catalog.ListenerSpec;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The connection of a client: takes one request after the other, each an {@link Exchange}, and keeps watch over how long
 * the client takes. Confined to its event loop, but for {@link #drain()} and {@link #cut()}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and its end is told
final class DownstreamHandler extends ChannelInboundHandlerAdapter {
    /** How long a client that is not done sending may take to read the last answer; then it is cut off. */
    private static final long LINGER_NANOS = Duration.ofSeconds(2).toNanos();

    /** How long after an answer the next request of a connection may still come while its listener drains. */
    private static final Duration DRAIN_GRACE = Duration.ofMillis(250);

    /** What the client is waited for. */
    private enum Wait {
        NOTHING,
        HEAD,
        BODY,
        NEXT_REQUEST,
        READING,
        LEAVING
    }

    private final Listener listener;
    private final LoopState state;
    private final RequestDecoder decoder;
    private final ResponseEncoder encoder = new ResponseEncoder();
    private final LoopTimer timer;
    private final String peerText;
    private final InetAddress peerAddress;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Conversation exchange;
    private Wait wait = Wait.NOTHING;
    private long unsentBytes;
    private boolean inputOver;
    private boolean closing;
    private boolean tunnelled;

    DownstreamHandler(Listener listener, LoopState state, InetSocketAddress peer) {
        this.listener = listener;
        this.state = state;
        this.decoder = new RequestDecoder(listener::spec);
        this.timer = new LoopTimer(state.loop(), listener.ticker(), this::expired);
        this.peerAddress = peer.getAddress();
        this.peerText = ForwardingHeaders.text(peerAddress);
    }

    void install(ChannelPipeline pipeline) {
        pipeline.addLast(decoder, encoder, this);
    }

    // ---- what an exchange asks of it

    LoopState loopState() {
        return state;
    }

    ForwardingHeaders forwarding() {
        return listener.forwarding();
    }

    Peer peer() {
        return new Peer(peerText, listener.forwarding().trusts(peerAddress));
    }

    boolean isWritable() {
        return context().channel().isWritable();
    }

    /** Tells whether the connection is to end with the present request. */
    boolean isDraining() {
        return listener.isDraining();
    }

    boolean holdsBody() {
        return decoder.valve().isShut();
    }

    /** Tells whether bytes beyond the present request have come. */
    boolean hasSentAhead() {
        return decoder.holdsBytes();
    }

    /** Lets more of the request come, or holds it back. */
    void holdBody(boolean hold) {
        if (hold) {
            decoder.valve().shut();
        } else {
            decoder.valve().open();
        }
    }

    void write(HttpResponse head, boolean bodiless) {
        encoder.bodiless(bodiless);
        context().write(head, context().voidPromise());
    }

    void write(HttpContent content) {
        context().write(content, context().voidPromise());
    }

    void flush() {
        context().flush();
    }

    /** Sends an answer of the proxy's own, past the encoder. */
    void answer(ErrorAnswer answer, boolean toHead, boolean close) {
        boolean withReason = listener.spec().answers().reasonHeader();
        decoderContext()
                .writeAndFlush(
                        answer.bytes(toHead, withReason, close), context().voidPromise());
    }

    /** The exchange is over on both sides: the next request may come, or the connection ends. */
    void ended(boolean close) {
        exchange = null;
        if (close) {
            leave();
        } else if (isWritable()) {
            next();
        } else {
            decoder.valve().shut(); // who does not read the answers he has gets no further ones
            awaitReading();
        }
    }

    private void next() {
        // A client that was not told of the end may have sent its next request already: that one is told.
        arm(Wait.NEXT_REQUEST, listener.isDraining() ? DRAIN_GRACE : timeouts().idle());
        decoder.valve().open();
        checkInput();
    }

    /** Breaks off an answer in a way that no client can take for its end. */
    void abort(boolean reset) {
        exchange = null;
        closing = true;
        if (reset) {
            reset(); // the end of the connection would be the end of the answer
        } else {
            context().close();
        }
    }

    /** Closes the connection at once, whatever the system still has to send. */
    private void reset() {
        context().channel().config().setOption(ChannelOption.SO_LINGER, 0);
        context().close();
    }

    /** Sends the answer that ends HTTP here, and joins the two connections. */
    void becomeTunnel(HttpResponse answer, UpstreamConnection upstream, Duration idle, Runnable onEnd) {
        exchange = null;
        tunnelled = true;
        timer.cancel();
        write(answer, true);
        write(LastHttpContent.EMPTY_LAST_CONTENT);
        var tunnel = new Tunnel(
                context().channel(),
                upstream.context().channel(),
                listener.ticker(),
                idle,
                timeouts().write(),
                onEnd);
        ChannelPipeline pipeline = context().pipeline();
        flush();
        pipeline.replace(this, null, tunnel.downstream());
        pipeline.remove(encoder);
        upstream.giveTo(tunnel.upstream());
        pipeline.remove(decoder);
        tunnel.start();
    }

    FaultLog faults() {
        return listener.faults();
    }

    ExchangeLog log(ListenerSpec spec, RequestHead head) {
        return listener.log(spec, head);
    }

    /** Sets the timer for whatever the client is waited for now. */
    void watch() {
        Conversation current = exchange;
        if (!isWritable()) {
            awaitReading();
        } else if (current != null && current.awaitsBody()) {
            arm(Wait.BODY, timeouts().body());
        } else if (current != null) {
            wait = Wait.NOTHING;
            timer.disarm();
        }
    }

    // ---- from the network

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        arm(Wait.HEAD, timeouts().header());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (closing) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpRequest head) {
            begin(head);
        } else if (message instanceof HttpContent content) {
            Conversation current = exchange;
            if (current == null) {
                content.release(); // the end of a request without a body whose answer is out
            } else {
                current.clientContent(content);
                watch();
            }
        } else if (message instanceof ErrorAnswer answer) {
            refuse(answer);
        }
    }

    private void begin(HttpRequest message) {
        decoder.valve().shut();
        wait = Wait.NOTHING;
        timer.disarm();
        if (message.decoderResult().isFailure()) {
            ReferenceCountUtil.release(message);
            refuse(ErrorAnswer.MALFORMED);
            return;
        }
        ListenerSpec spec = listener.spec();
        try {
            var head = RequestHead.of(message, spec.name());
            Peer peer = peer();
            head.client(listener.forwarding().client(message.headers(), peer.text(), peer.trusted()));
            start(spec, head);
        } catch (RequestHead.Refused refused) {
            refuse(refused.answer());
        }
    }

    private void start(ListenerSpec spec, RequestHead head) {
        LocalHandler handler = listener.handler();
        if (handler == null) {
            var begun = new Exchange(this, spec, head, listener.upstreams());
            exchange = begun;
            begun.start(listener.table());
        } else {
            var begun = new LocalExchange(this, spec, head, handler, listener.executor(), listener.faults());
            exchange = begun;
            begun.start();
        }
    }

    /** Answers what is no request, or no whole one, and ends the connection: where the next begins cannot be known. */
    private void refuse(ErrorAnswer answer) {
        answer(answer, false, true);
        leave();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        Conversation current = exchange;
        checkInput();
        if (current != null) {
            current.clientPaused();
        } else if (wait == Wait.NEXT_REQUEST && decoder.headBegun()) {
            arm(Wait.HEAD, timeouts().header());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputOver = true;
            checkInput();
        }
    }

    /** A client that sends no more gets the answers to what it has sent whole; what is cut short is given up. */
    private void checkInput() {
        if (!inputOver || decoder.valve().isShut()) {
            return;
        }
        Conversation current = exchange;
        if (closing ? wait == Wait.LEAVING : current != null && current.awaitsBody()) {
            context().close();
        } else if (current == null) {
            leave(); // part of the last answer may still have to be sent
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        Conversation current = exchange;
        if (current != null) {
            current.clientWritable(isWritable());
        }
        if (closing) {
            return;
        }
        if (current == null && wait == Wait.READING && isWritable()) {
            next();
        } else {
            watch();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        timer.cancel();
        Conversation current = exchange;
        exchange = null;
        if (current != null) {
            current.clientGone();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Conversation current = exchange;
        if (cause instanceof IOException) {
            context.close();
        } else if (current != null) {
            current.failed(cause);
        } else {
            listener.faults().note("connection on listener " + listener.spec().name(), cause);
            context.close();
        }
    }

    // ---- time

    private void expired() {
        Conversation current = exchange;
        switch (wait) {
            case HEAD -> headLate();
            case BODY -> {
                if (current != null) {
                    current.clientSilent();
                }
            }
            case READING -> {
                if (unsentBytes == unsent()) {
                    reset(); // else the system would go on holding what this client does not read
                } else {
                    awaitReading();
                }
            }
            case NEXT_REQUEST -> leave();
            case LEAVING -> context().close();
            case NOTHING -> {}
        }
    }

    private void headLate() {
        if (decoder.headBegun()) {
            refuse(ErrorAnswer.CLIENT_TOO_SLOW);
        } else {
            context().close();
        }
    }

    private void awaitReading() {
        if (wait != Wait.READING || unsentBytes != unsent()) {
            unsentBytes = unsent();
            arm(Wait.READING, timeouts().write());
        }
    }

    private long unsent() {
        var buffer = context().channel().unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
    }

    private void arm(Wait wait, Duration timeout) {
        this.wait = wait;
        timer.arm(timeout.toNanos());
    }

    private ClientTimeouts timeouts() {
        return listener.spec().timeouts();
    }

    // ---- the end

    /**
     * Ends the connection once what was written is sent. Where the client may still be sending, its bytes are taken and
     * dropped for a while: a connection closed over unread bytes is reset, and the answer lost with it.
     */
    private void leave() {
        if (closing) {
            return;
        }
        closing = true;
        boolean clientDone = decoder.isBetweenRequests() && !decoder.holdsBytes();
        awaitReading();
        var sent = context().writeAndFlush(Unpooled.EMPTY_BUFFER);
        if (clientDone || inputOver) {
            sent.addListener(ChannelFutureListener.CLOSE);
        } else {
            sent.addListener(future -> linger());
            decoder.discard();
        }
    }

    private void linger() {
        if (inputOver) {
            context().close();
        } else if (context().channel() instanceof DuplexChannel channel && channel.isActive()) {
            channel.shutdownOutput();
            wait = Wait.LEAVING;
            timer.arm(LINGER_NANOS);
        }
    }

    /** Ends the connection if it is idle; else it ends with its request. Thread-safe. */
    void drain() {
        state.loop().execute(() -> {
            if (tunnelled || exchange != null || decoder.headBegun()) {
                return;
            }
            switch (wait) {
                case HEAD -> arm(Wait.NEXT_REQUEST, DRAIN_GRACE); // just accepted
                case NEXT_REQUEST ->
                    timer.shorten(timeouts().idle().minus(DRAIN_GRACE).toNanos());
                default -> leave(); // part of the last answer may still have to be sent
            }
        });
    }

    /** Closes the connection as it stands. Thread-safe. */
    void cut() {
        ChannelHandlerContext open = context;
        if (open != null) {
            open.channel().close();
        }
    }

    private ChannelHandlerContext decoderContext() {
        return requireNonNull(context().pipeline().context(decoder), "decoder");
    }

    private ChannelHandlerContext context() {
        return requireNonNull(context, "context");
    }
}
