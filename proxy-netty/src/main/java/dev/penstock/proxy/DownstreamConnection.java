package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.ClientTimeouts;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.proxy.ClientWait.For;
import dev.penstock.proxy.http1.Fields;
import dev.penstock.proxy.http1.RequestDecoder;
import dev.penstock.proxy.http1.ResponseMessage;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpContent;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connection of a client: takes one request after the other, each an {@link Exchange}, and keeps watch over how long
 * the client takes. Confined to its event loop, but for {@link #drain()} and {@link #cut()}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and its end is told
final class DownstreamConnection implements ClientConnection {
    /** How long after an answer the next request of a connection may still come while its listener drains. */
    private static final Duration DRAIN_GRACE = Duration.ofMillis(250);

    private final Listener listener;
    private final LoopState state;
    private final @Nullable TlsGuard tls;
    private final RequestDecoder decoder;
    private final Outlet outlet;
    private final DownstreamHandler handler = new DownstreamHandler(this);
    private final ClientWait wait;
    private final ClientEnd end;
    private final ClientBuffers buffers;
    private InetSocketAddress source;
    private String peerText;
    private @Nullable Peer peer;
    private @Nullable ForwardingHeaders peerRules; // of which it was made
    private final IdleClients.Link idle = new IdleClients.Link(this);
    private @Nullable ChannelHandlerContext context;
    private @Nullable Conversation exchange;
    private boolean bodiless;
    private @Nullable Tunnel tunnel;
    private @Nullable ClientRefusal refusal;
    private volatile boolean cut;

    DownstreamConnection(Listener listener, LoopState state, InetSocketAddress client, @Nullable TlsGuard tls) {
        this.listener = listener;
        this.tls = tls;
        this.state = state;
        this.decoder = decoder(listener);
        this.buffers = new ClientBuffers(this, state.buffers());
        this.outlet = new Outlet(state.flushes(), buffers::count);
        this.wait =
                new ClientWait(state.loop(), listener.ticker(), listener::spec, buffers::unsentBytes, handler::expired);
        this.end = new ClientEnd(
                decoder, wait, () -> listener.spec().limits().connections().leftoverBytes(), handler::sentTooMuch);
        this.source = client;
        this.peerText = ForwardingHeaders.text(client.getAddress());
    }

    private static RequestDecoder decoder(Listener listener) {
        var limits = listener.spec().limits();
        return new RequestDecoder(
                limits.requestLineBytes(),
                limits.headerBytes(),
                () -> listener.spec().limits().headerCount(),
                limits.chunkLineBytes(),
                limits.connectionNames());
    }

    @Override
    public void speaksFor(InetSocketAddress client) {
        source = client;
        peerText = ForwardingHeaders.text(client.getAddress());
        peer = null;
    }

    @Override
    public void install(ChannelPipeline pipeline) {
        pipeline.addLast(decoder, handler);
    }

    // ---- what an exchange asks of it

    LoopState loopState() {
        return state;
    }

    ForwardingHeaders forwarding() {
        return listener.forwarding();
    }

    Peer peer() {
        ForwardingHeaders rules = listener.forwarding();
        Peer known = peer;
        if (known == null || rules != peerRules) {
            known = new Peer(peerText, rules.trusts(source.getAddress()));
            peer = known;
            peerRules = rules;
        }
        return known;
    }

    ByteBufAllocator allocator() {
        return context().alloc();
    }

    boolean isWritable() {
        return context().channel().isWritable();
    }

    /** Tells whether the connection is to end with the present request. */
    boolean isDraining() {
        return listener.isDraining();
    }

    boolean holdsBody() {
        return decoder.isShut();
    }

    /** Tells whether bytes beyond the present request have come. */
    boolean hasSentAhead() {
        return decoder.holdsBytes();
    }

    /** Lets more of the request come, or holds it back. */
    void holdBody(boolean hold) {
        if (hold) {
            decoder.shut();
        } else {
            decoder.open();
        }
    }

    void write(ResponseMessage head, boolean bodiless) {
        this.bodiless = bodiless;
        outlet.write(head);
    }

    void write(HttpContent content) {
        if (bodiless) {
            content.release();
        } else {
            outlet.write(content);
        }
    }

    /** Sends what was written. */
    void flush() {
        outlet.flush();
    }

    /** Sends what was written at the end of the loop's turn. */
    void flushSoon() {
        outlet.flushSoon();
    }

    /** Sends an answer of the proxy's own, past the encoder. */
    void answer(ErrorAnswer answer, boolean toHead, boolean close) {
        ClientRefusal fault = answer.clientFault();
        if (fault != null) {
            count(fault);
        }
        boolean withReason = listener.spec().answers().reasonHeader();
        outlet.write(answer.bytes(toHead, withReason, close));
        flush();
    }

    /** The exchange is over on both sides: the next request may come, or the connection ends. */
    void ended(boolean close) {
        exchange = null;
        if (close) {
            leave();
        } else if (isWritable()) {
            next();
        } else {
            decoder.shut(); // who does not read the answers he has gets no further ones
            wait.forReading();
        }
    }

    /** Waits for another request. */
    void next() {
        listener.clients().idle(state).add(idle);
        if (listener.isDraining()) {
            // A client that was not told of the end may have sent its next request already: that one is told.
            wait.forNextRequest(DRAIN_GRACE);
        } else {
            wait.forNextRequest();
        }
        decoder.open();
        checkInput();
    }

    /** Breaks off an answer in a way that no client can take for its end. */
    void abort(boolean reset) {
        exchange = null;
        outlet.turnEnds(); // answers before it are whole
        end.abort(context(), reset);
    }

    /** Sends the answer that ends HTTP here, and joins the two connections. */
    void becomeTunnel(ResponseMessage answer, UpstreamConnection upstream, Duration idle, Consumer<Tunnel> onEnd) {
        var begun = new Tunnel(
                context().channel(),
                upstream.context().channel(),
                buffers,
                state.flushes(),
                listener.ticker(),
                idle,
                timeouts(),
                cause -> faults().note("tunnel on listener " + listener.spec().name(), cause),
                onEnd);
        exchange = null;
        tunnel = begun;
        wait.cancel();
        write(answer, true);
        flush();
        buffers.join(begun);
        ChannelPipeline pipeline = context().pipeline();
        pipeline.replace(handler, null, begun.downstream());
        upstream.giveTo(begun.upstream());
        pipeline.remove(decoder);
        begun.start();
    }

    FaultLog faults() {
        return listener.faults();
    }

    ExchangeLog log(RequestHead head) {
        return listener.log(head, agreed());
    }

    private ClientTls agreed() {
        return tls == null ? ClientTls.NONE : tls.agreed();
    }

    /** Who ended a connection that is gone. */
    Ending.By goneBy() {
        if (!cut) {
            return Ending.By.CLIENT;
        }
        return refusal == ClientRefusal.WRITE_TIMEOUT ? Ending.By.CLIENT_TIMEOUT : Ending.By.PROXY;
    }

    /** Why a connection is gone, for reports. */
    String reasonGone() {
        if (!cut) {
            return "client_gone";
        }
        return refusal == null ? "cut_off" : refusal.token();
    }

    /** Sets the timer for whatever the client is waited for now. */
    void watch() {
        Conversation current = exchange;
        if (end.hasBegun()) {
            return; // it waits for the end, and for nothing else; its output may be shut, which is not writable
        }
        if (!isWritable()) {
            wait.forReading();
        } else if (current != null && current.awaitsBody()) {
            wait.forBody();
        } else if (current != null) {
            wait.forNothing();
        }
    }

    /** The same for an answer that goes on: a little that is not sent counts as well, since no more follows until it is. */
    void watchStream() {
        if (!end.hasBegun() && buffers.unsentBytes() > 0) {
            wait.forReading();
        } else {
            watch();
        }
    }

    // ---- from the network

    void attach(ChannelHandlerContext context) {
        this.context = context;
        outlet.attach(context);
        buffers.attach(context.channel());
        listener.clients().idle(state).add(idle);
    }

    Listener listener() {
        return listener;
    }

    RequestDecoder decoder() {
        return decoder;
    }

    /** What the client is waited for. */
    ClientWait clientWait() {
        return wait;
    }

    ClientEnd end() {
        return end;
    }

    /** What waits because of the client. */
    ClientBuffers buffers() {
        return buffers;
    }

    @Nullable
    Conversation exchange() {
        return exchange;
    }

    @Override
    public @Nullable TlsGuard tls() {
        return tls;
    }

    /** The client may begin: it is connected, and where it goes by TLS, the handshake is done. */
    void begin() {
        if (tls != null && listener.isDraining()) {
            wait.forNextRequest(DRAIN_GRACE); // the handshake took until now
        } else {
            wait.forHead();
        }
    }

    /** Takes a request on. */
    void begin(RequestHead head) {
        listener.clients().idle(state).remove(idle);
        ListenerSpec spec = listener.spec();
        Peer peer = peer();
        ForwardingHeaders forwarding = listener.forwarding();
        Fields headers = head.message().fields();
        head.client(
                forwarding.client(headers, peer.text(), peer.trusted()), forwarding.requestId(headers, peer.trusted()));
        head.connection(source, (InetSocketAddress) context().channel().localAddress());
        LocalHandler local = listener.handler(head.path());
        if (local == null) {
            var begun = new Exchange(this, spec, head, listener.upstreams());
            exchange = begun;
            begun.start(listener.table());
        } else {
            var begun = new LocalExchange(this, head, local, listener.executor(), listener.faults());
            exchange = begun;
            begun.start();
        }
    }

    /** Answers what is no request, or no whole one, and ends the connection: where the next begins cannot be known. */
    void refuse(ErrorAnswer answer) {
        listener.unread(peerText, agreed(), answer);
        answer(answer, false, true);
        leave();
    }

    /** A client that sends no more gets the answers to what it has sent whole; what is cut short is given up. */
    void checkInput() {
        if (!end.isInputOver() || decoder.isShut()) {
            return;
        }
        Conversation current = exchange;
        if (end.hasBegun() ? wait.isFor(For.LEAVING) : current != null && current.awaitsBody()) {
            outlet.turnEnds(); // answers before it are whole
            context().close();
        } else if (current == null) {
            leave(); // part of the last answer may still have to be sent
        }
    }

    /** The connection is closed; returns what was under way. */
    @Nullable
    Conversation gone() {
        wait.cancel();
        outlet.close();
        buffers.end();
        listener.clients().idle(state).remove(idle);
        Conversation current = exchange;
        exchange = null;
        return current;
    }

    private ClientTimeouts timeouts() {
        return listener.spec().timeouts();
    }

    // ---- the end

    @Override
    public int bufferBytes() {
        return listener.spec().limits().connections().bufferBytes();
    }

    @Override
    public long heldBytes() {
        Conversation current = exchange;
        return decoder.heldBytes(Pinned::bytes) + (current == null ? 0 : current.heldBytes());
    }

    @Override
    public void refused(ClientRefusal reason) {
        Conversation current = exchange;
        Tunnel joined = tunnel;
        if (joined == null ? current != null && !current.isTold() : !joined.hasEnded()) {
            count(reason);
        } else {
            refusal = reason;
            listener.refused(reason, source.getAddress());
        }
    }

    /** The client is refused or cut off, and the record of its request is going to tell so. */
    void count(ClientRefusal reason) {
        refusal = reason;
        listener.count(reason);
    }

    /** Ends the connection once what was written is sent. */
    void leave() {
        outlet.turnEnds();
        end.leave(context());
    }

    /** One that is idle ends now, the others with their request. */
    @Override
    public void drain() {
        state.loop().execute(() -> {
            if (tunnel != null || exchange != null || decoder.headBegun()) {
                return;
            }
            if (wait.isFor(For.HEAD)) {
                wait.forNextRequest(DRAIN_GRACE); // just accepted
            } else if (wait.isFor(For.NEXT_REQUEST)) {
                wait.shortenTo(DRAIN_GRACE);
            } else if (tls == null || tls.isDone()) { // a handshake has a time of its own
                leave(); // part of the last answer may still have to be sent
            }
        });
    }

    @Override
    public void cut() {
        cut(false);
    }

    @Override
    public void cut(boolean reset) {
        cut = true;
        ChannelHandlerContext open = context;
        if (open != null && reset) {
            ClientEnd.reset(open);
        } else if (open != null) {
            open.channel().close();
        }
    }

    private ChannelHandlerContext context() {
        return requireNonNull(context, "context");
    }
}
