package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import dev.penstock.Table;
import dev.penstock.catalog.ConnectionLimits;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Protocol;
import dev.penstock.resolve.AddressRange;
import dev.penstock.time.Ticker;
import dev.penstock.tls.ServerTls;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An address on which connections are accepted, and those accepted there. Thread-safe. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and its end is told
final class Listener implements BoundListener {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    private static final int BACKLOG = 1024;

    private final GatewayCore core;
    private final Set<ClientConnection> connections = ConcurrentHashMap.newKeySet();
    private final Clients clients;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private final FaultLog faults = new FaultLog(LOG);
    private volatile Settings settings;
    private volatile boolean draining;
    private volatile @Nullable ListenerTls tls;
    private volatile @Nullable Channel server;

    Listener(ListenerSpec spec, GatewayCore core) {
        this.core = core;
        this.clients = Clients.ofConnections(core.descriptors(), core.loops());
        this.settings = settings(spec);
        this.tls = spec.tls() == null ? null : new ListenerTls(spec, core);
    }

    private Settings settings(ListenerSpec spec) {
        String scheme = spec.tls() == null ? "http" : "https";
        return new Settings(spec, new ForwardingHeaders(spec.forwarding(), core.machine(), scheme));
    }

    @Override
    public ListenerSpec spec() {
        return settings.spec();
    }

    ForwardingHeaders forwarding() {
        return settings.forwarding();
    }

    Table table() {
        return core.penstock().table();
    }

    Upstreams upstreams() {
        return core.upstreams();
    }

    Ticker ticker() {
        return core.ticker();
    }

    /** Who answers a request for a path in place of endpoints; null where it is routed. */
    @Nullable
    LocalHandler handler(String path) {
        return core.handler(spec().name(), path);
    }

    Executor executor() {
        return core.executor();
    }

    /** What breaks of ours while its clients are served. */
    FaultLog faults() {
        return faults;
    }

    ExchangeLog log(RequestHead head, ClientTls tls) {
        ExchangeRecords records = core.records();
        return records.isObserved() ? KeptLog.of(records, ticker(), head, tls) : ExchangeLog.NONE;
    }

    ExchangeLog log(OpaqueRequest request, ClientTls tls) {
        ExchangeRecords records = core.records();
        return records.isObserved() ? KeptLog.of(records, ticker(), request, tls) : ExchangeLog.NONE;
    }

    /** A client sent what is no request, or none that can be understood. */
    void unread(String client, ClientTls tls, ErrorAnswer answer) {
        if (core.records().isObserved()) {
            core.records().offer(UnreadRequest.record(ticker().nanos(), spec(), client, tls, answer));
        }
    }

    Clients clients() {
        return clients;
    }

    /** How it does. */
    @Override
    public ListenerStatus status() {
        return new ListenerStatus(address(), clients.open(), clients.refused(), "");
    }

    /** A client was refused or cut off, and the record of its exchange tells so. */
    void count(ClientRefusal reason) {
        clients.count(reason);
    }

    /** A client was refused or cut off of whom nothing else is told. */
    void refused(ClientRefusal reason, InetAddress client) {
        clients.count(reason);
        ExchangeRecords records = core.records();
        if (records.isObserved()) {
            records.offer(new RefusalRecord(spec().name(), ForwardingHeaders.text(client), reason));
        }
    }

    /** The system gave no connection: nobody knows whose. */
    void acceptFailed() {
        clients.count(ClientRefusal.DESCRIPTORS);
    }

    boolean isDraining() {
        return draining;
    }

    /** New requests go by these settings. */
    @Override
    public void change(ListenerSpec spec) {
        ServerTls wanted = spec.tls();
        ListenerTls before = tls;
        if (wanted == null && before != null) {
            before.close();
            tls = null;
        } else if (wanted != null) {
            ListenerTls now = before == null ? new ListenerTls(spec, core) : before;
            now.change(wanted);
            tls = now;
        }
        settings = settings(spec);
    }

    /** How it does TLS; null where it does none. */
    @Override
    public @Nullable ListenerTls tls() {
        return tls;
    }

    /** The bound address. */
    @Override
    public InetSocketAddress address() {
        return (InetSocketAddress) requireNonNull(server, "server").localAddress();
    }

    /** Binds the address; blocks until it is bound. Throws an IllegalArgumentException if its certificates are no good. */
    @Override
    public void bind() {
        ListenerSpec spec = spec();
        ListenerTls secured = tls;
        if (secured != null) {
            secured.open();
        }
        var address = spec.host().isEmpty()
                ? new InetSocketAddress(spec.port())
                : new InetSocketAddress(spec.host(), spec.port());
        server = new ServerBootstrap()
                .group(core.group())
                .channel(core.transport().serverChannel())
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, Transport.READS)
                // A client that has said all it has to say may still wait for the answer.
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .handler(new AcceptWatch(this))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel);
                    }
                })
                .bind(address)
                .syncUninterruptibly()
                .channel();
    }

    /** Ends what was begun for it. */
    @Override
    public void release() {
        ListenerTls secured = tls;
        if (secured != null) {
            secured.close();
        }
    }

    private void accept(Channel channel) {
        int buffer = spec().limits().connections().bufferBytes();
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(buffer / 2, buffer));
        if (draining || !(channel.remoteAddress() instanceof InetSocketAddress peer)) {
            channel.close(); // already gone, or about to be
            return;
        }
        List<AddressRange> proxies = spec().forwarding().proxyProtocol();
        boolean proxied = !proxies.isEmpty();
        if (proxied && proxies.stream().noneMatch(range -> range.contains(peer.getAddress()))) {
            proxyHeaderMissed(peer.getAddress());
            channel.close(); // it may not say who the client is, and nobody else does
            return;
        }
        LoopState state = core.state(channel.eventLoop());
        ClientRefusal refusal = enter(state, peer.getAddress(), proxied);
        if (refusal != null) {
            refused(refusal, peer.getAddress());
            if (tls == null && spec().protocol().isHttp()) {
                channel.pipeline().addLast(new Rejection(spec().answers().reasonHeader()));
            } else {
                channel.close(); // in another protocol there is no word, and by TLS none without a handshake
            }
            return;
        }
        ListenerTls secured = tls;
        TlsGuard guard = secured == null ? null : new TlsGuard(secured, spec(), state, core);
        ClientConnection connection = spec().protocol() instanceof Protocol.Tcp tcp
                ? new TcpConnection(this, tcp, state, peer, guard, proxied)
                : new DownstreamConnection(this, state, peer, guard);
        connections.add(connection);
        if (guard != null) {
            guard.install(channel.pipeline());
        }
        connection.install(channel.pipeline());
        if (proxied) {
            channel.pipeline()
                    .addFirst(new ProxyHeaderReader(
                            spec().limits().connections().proxyHeaderBytes(),
                            connection::speaksFor,
                            () -> proxyHeaderMissed(peer.getAddress())));
        }
        channel.closeFuture().addListener(closed -> left(connection, peer.getAddress()));
        if (draining) {
            connection.drain();
        }
    }

    private void proxyHeaderMissed(InetAddress peer) {
        refused(ClientRefusal.PROXY_HEADER, peer);
    }

    private @Nullable ClientRefusal enter(LoopState state, InetAddress address, boolean proxied) {
        ConnectionLimits limits = spec().limits().connections();
        boolean trusted = proxied || forwarding().trusts(address);
        ClientRefusal refusal = clients.enter(address, limits, trusted);
        boolean full = refusal == ClientRefusal.CONNECTIONS || refusal == ClientRefusal.DESCRIPTORS;
        return full && clients.makeRoom(state) ? clients.enter(address, limits, trusted) : refusal;
    }

    private void left(ClientConnection connection, InetAddress address) {
        connections.remove(connection);
        clients.leave(address);
        if (draining && connections.isEmpty()) {
            drained.complete(null);
        }
    }

    /** Accepts no more; ends idle connections now, the others after their request. Done when none is left. */
    @Override
    public CompletionStage<Void> drain() {
        draining = true;
        release();
        Channel bound = server;
        if (bound != null) {
            bound.close().syncUninterruptibly();
        }
        connections.forEach(ClientConnection::drain);
        if (connections.isEmpty()) {
            drained.complete(null);
        }
        return drained;
    }

    /** Closes whatever is still open. */
    @Override
    public void cut() {
        connections.forEach(ClientConnection::cut);
    }

    /**
     * What a request goes by.
     *
     * @param spec its definition
     * @param forwarding what follows from it
     */
    private record Settings(ListenerSpec spec, ForwardingHeaders forwarding) {}
}
