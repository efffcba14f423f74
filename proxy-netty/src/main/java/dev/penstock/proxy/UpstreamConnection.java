package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.AnswerLimits;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.proxy.http1.HeadFault;
import dev.penstock.proxy.http1.RequestMessage;
import dev.penstock.proxy.http1.ResponseDecoder;
import dev.penstock.proxy.http1.ResponseMessage;
import dev.penstock.time.Ticker;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an endpoint: carries one attempt at a time and waits among the endpoint's idle connections in between.
 * Confined to its event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and its end is told
final class UpstreamConnection extends ChannelInboundHandlerAdapter implements Upstream {
    /** What may wait for an endpoint before no more is read for it. */
    static final int MAX_WAITING_BYTES = 64 << 10;

    private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

    private final IdleConnections home;
    private final LoopState state;
    private long idleNanos; // of the newest request, as is the next
    private int maxIdle;
    private final @Nullable TlsProfile profile;
    private final String preface;
    private final AnswerLimits limits;
    private final ResponseDecoder decoder;
    private final Outlet outlet;
    private final LoopTimer timer;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Receiver receiver;
    private boolean reused;
    private boolean broken;
    private boolean saidEnd;

    /**
     * A connection to be.
     *
     * @param preface what it begins with before anything else, one byte a character, by which it belongs to one client;
     *     empty: nothing
     */
    UpstreamConnection(
            IdleConnections home,
            LoopState state,
            Ticker ticker,
            ServiceSpec spec,
            String preface,
            @Nullable TlsProfile profile) {
        this.home = home;
        this.state = state;
        this.outlet = new Outlet(state.flushes(), () -> {});
        this.idleNanos = spec.timeouts().idle().toNanos();
        this.maxIdle = spec.limits().idle();
        this.profile = profile;
        this.preface = preface;
        this.limits = spec.answers();
        this.decoder = new ResponseDecoder(
                limits.statusLineBytes(),
                limits.headerBytes(),
                limits.headerCount(),
                limits.chunkLineBytes(),
                limits.connectionNames());
        this.timer = new LoopTimer(state.loop(), ticker, this::expired);
    }

    @Override
    public void install(ChannelPipeline pipeline) {
        if (!preface.isEmpty()) {
            pipeline.addFirst(new PrefaceWriter(preface));
        }
        pipeline.addLast(decoder, this);
    }

    /** Tells whether it is made like that: by this profile of TLS, and takes heads and chunks of just this size. */
    boolean isMade(@Nullable TlsProfile profile, AnswerLimits limits) {
        return this.profile == profile && this.limits.equals(limits.withInterims(this.limits.interims()));
    }

    /** What it began with; a connection serves only whoever would have it begin the same way. */
    String preface() {
        return preface;
    }

    @Override
    public @Nullable TlsProfile profile() {
        return profile;
    }

    /** Tells whether a request went over it before the present one. */
    boolean isReused() {
        return reused;
    }

    /** Tells whether reading or writing has failed, so that the end of the connection is no regular one. */
    boolean isBroken() {
        return broken;
    }

    boolean isOpen() {
        return context().channel().isActive();
    }

    /**
     * Tells whether an idle connection can be trusted with a request that must not be sent twice: an endpoint that closes
     * idle connections hardly does so this soon, and the system has not heard of its doing so.
     */
    boolean isFresh() {
        return idleNanos - timer.leftNanos() < FRESH_NANOS
                && !state.hasEnded(context().channel());
    }

    boolean isWritable() {
        return context().channel().isWritable();
    }

    /** How many bytes wait here, to be sent or to be passed on. */
    long heldBytes() {
        Channel channel = context().channel();
        long waiting = profile == null ? Pinned.pending(channel) : ClientBuffers.waitingBytes(channel);
        return waiting + decoder.heldBytes(Pinned::bytes);
    }

    /** Sends the head of a request to a service defined like that; what comes in from now on is told the receiver. */
    void begin(Receiver receiver, RequestMessage head, boolean toHead, ServiceSpec spec) {
        assert this.receiver == null && state.loop().inEventLoop();
        idleNanos = spec.timeouts().idle().toNanos(); // which may have changed since the last request
        maxIdle = spec.limits().idle();
        this.receiver = receiver;
        timer.disarm();
        state.buffers().fit(context().channel(), MAX_WAITING_BYTES);
        decoder.expect(toHead);
        outlet.write(head);
    }

    /** What comes in from now on is told another receiver. */
    void tell(Receiver next) {
        receiver = next;
    }

    void write(HttpContent content) {
        state.buffers().fit(context().channel(), MAX_WAITING_BYTES); // there may be less left than there was
        outlet.write(content);
    }

    /** Sends what was written at the end of the loop's turn. */
    void flushSoon() {
        outlet.flushSoon();
    }

    /** Lets the answer come on, or holds it back. */
    void hold(boolean hold) {
        if (hold) {
            decoder.shut();
        } else {
            decoder.open();
        }
    }

    /** Sets how long the endpoint may say nothing. */
    void watch(long nanos) {
        timer.arm(nanos);
    }

    void unwatch() {
        timer.disarm();
    }

    /** Ends an attempt whose answer came whole: the connection is kept if it may be, else closed. */
    void release(boolean reusable) {
        receiver = null;
        decoder.expectNothing();
        decoder.open(); // the client may have stopped taking bytes with the very last ones
        reused = true;
        if (reusable && !broken && !saidEnd && isOpen() && !decoder.holdsBytes() && home.keep(state, this, maxIdle)) {
            timer.arm(idleNanos);
        } else {
            close();
        }
    }

    /** Closes it; nobody is told. */
    @Override
    public void close() {
        receiver = null;
        timer.cancel();
        outlet.close();
        ChannelHandlerContext open = context;
        if (open != null) {
            decoder.expectNothing();
            open.close();
        }
    }

    /** Gives the bare channel away, without decoder and encoder. What was read too much goes to the given handler. */
    void giveTo(ChannelInboundHandlerAdapter successor) {
        receiver = null;
        timer.cancel();
        ChannelPipeline pipeline = context().pipeline();
        pipeline.replace(this, null, successor);
        pipeline.remove(decoder);
    }

    ChannelHandlerContext context() {
        return requireNonNull(context, "context");
    }

    private void expired() {
        Receiver current = receiver;
        if (current == null) {
            close(); // channelInactive takes it out of the idle ones
        } else {
            current.upstreamBroken(UpstreamFault.SILENT);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
        outlet.attach(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Receiver current = receiver;
        if (current == null) {
            ReferenceCountUtil.release(message);
            home.remove(state, this);
            close();
        } else if (message instanceof ResponseMessage head) {
            current.upstreamHead(head);
        } else if (message instanceof HttpContent content) {
            readContent(current, content);
        } else if (message instanceof HeadFault fault) {
            boolean tooLarge = fault == HeadFault.FIELDS_TOO_LARGE;
            current.upstreamBroken(tooLarge ? UpstreamFault.FIELDS_TOO_LARGE : UpstreamFault.MALFORMED);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void readContent(Receiver current, HttpContent content) {
        if (content.decoderResult().isFailure()) {
            content.release();
            current.upstreamBroken(UpstreamFault.MALFORMED);
        } else {
            current.upstreamContent(content);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        Receiver current = receiver;
        if (current != null) {
            current.upstreamPaused();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        Receiver current = receiver;
        if (current != null) {
            current.upstreamWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof SslCloseCompletionEvent end)) {
            return;
        }
        if (!end.isSuccess()) {
            broken = true; // the connection ended, but by TLS its end was not said: anybody may have cut it
        } else if (receiver == null) {
            home.remove(state, this);
            close();
        } else {
            saidEnd = true;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        timer.cancel();
        outlet.close();
        Receiver current = receiver;
        if (current == null) {
            home.remove(state, this);
        } else {
            current.upstreamBroken(UpstreamFault.LOST);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            // Of a read: the end follows; of a write: the answer may still come, or the end does. What was still to be
            // written when the endpoint ended the connection regularly fails as well, but breaks nothing.
            broken = broken || !(cause instanceof ClosedChannelException);
            return;
        }
        if (UpstreamHandshake.isTls(cause)) {
            broken = true;
            context.close(); // its end is told as any other
            return;
        }
        Receiver current = receiver;
        if (current == null) {
            close();
        } else {
            current.failed(cause);
        }
    }
}
