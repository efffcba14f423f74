package dev.penstock.proxy;

import dev.penstock.Table;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Protocol;
import dev.penstock.time.Scheduler;
import dev.penstock.time.Ticker;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An address on which datagrams are taken. Where that is all addresses of the machine, each has a socket of its own: what a
 * socket of all sends has the address that the system likes best, which need not be the one that the client has asked.
 * Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel is told to its handler
final class UdpListener implements BoundListener {
    private static final Logger LOG = LoggerFactory.getLogger(UdpListener.class);

    /** How often is looked for addresses that the machine has got, or has lost. */
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(10);

    /** How often a free port is looked for that is free on all addresses. */
    private static final int PORT_ATTEMPTS = 8;

    private final GatewayCore core;
    private final Clients clients;
    private final FaultLog faults = new FaultLog(LOG);
    private volatile ListenerSpec spec;
    // Written under the lock of this object, replaced whole.
    private volatile Map<InetAddress, UdpSocket> sockets = Map.of();
    private volatile int port;
    private volatile boolean draining;
    private Scheduler.@Nullable Timer look;

    UdpListener(ListenerSpec spec, GatewayCore core) {
        this.spec = spec;
        this.core = core;
        this.clients = Clients.ofFlows(core.descriptors());
    }

    @Override
    public ListenerSpec spec() {
        return spec;
    }

    Protocol.Udp protocol() {
        return (Protocol.Udp) spec.protocol();
    }

    Table table() {
        return core.penstock().table();
    }

    Ticker ticker() {
        return core.ticker();
    }

    Transport transport() {
        return core.transport();
    }

    FaultLog faults() {
        return faults;
    }

    Clients clients() {
        return clients;
    }

    /** Takes a place for a flow; says why not where there is none. */
    @Nullable
    ClientRefusal enter(InetAddress client) {
        if (clients.isFull(client, spec.limits().connections())) {
            return ClientRefusal.ADDRESS; // first: nobody else is to make way for it
        }
        return clients.enter(client, spec.limits().connections(), false);
    }

    /** A flow has ended. */
    void left(InetAddress client) {
        clients.leave(client);
    }

    /** A client was refused, and the record of its flow tells so. */
    void count(ClientRefusal reason) {
        clients.count(reason);
    }

    /** A client was refused, or a datagram of it was lost here. */
    void refused(ClientRefusal reason, InetAddress client) {
        clients.count(reason);
        ExchangeRecords records = core.records();
        if (records.isObserved()) {
            records.offer(new RefusalRecord(spec.name(), ForwardingHeaders.text(client), reason));
        }
    }

    ExchangeLog log(OpaqueRequest request) {
        ExchangeRecords records = core.records();
        return records.isObserved() ? KeptLog.of(records, ticker(), request, ClientTls.NONE) : ExchangeLog.NONE;
    }

    @Override
    public ListenerStatus status() {
        return new ListenerStatus(address(), clients.open(), clients.refused(), "");
    }

    @Override
    public @Nullable ListenerTls tls() {
        return null;
    }

    @Override
    public void change(ListenerSpec spec) {
        this.spec = spec;
        sockets.values().forEach(UdpSocket::rearm);
    }

    // ---- sockets

    @Override
    public InetSocketAddress address() {
        return spec.isForAll() ? new InetSocketAddress(port) : new InetSocketAddress(spec.host(), port);
    }

    @Override
    public synchronized void bind() {
        if (core.transport() == Transport.IO_URING) {
            throw new IllegalArgumentException(
                    "transport: IO_URING (expected: EPOLL or NIO, since it takes datagrams)");
        }
        int attempts = spec.isForAll() && spec.port() == 0 ? PORT_ATTEMPTS : 1;
        for (int attempt = 1; ; attempt++) {
            try {
                bindAll(addresses());
                lookLater();
                return;
            } catch (Exception e) { // Netty throws what binding failed with, checked or not
                if (attempt == attempts) {
                    throw e;
                }
            }
        }
    }

    /** Binds all or none; with a port of zero all get the same free one. */
    private void bindAll(Set<InetAddress> addresses) {
        Map<InetAddress, UdpSocket> bound = new LinkedHashMap<>();
        int free = spec.port();
        try {
            for (InetAddress address : addresses) {
                UdpSocket socket = bind(address, free);
                bound.put(address, socket);
                free = socket.address().getPort();
            }
        } catch (Exception e) { // as above
            bound.values().forEach(UdpSocket::cut);
            throw e;
        }
        if (bound.isEmpty()) {
            throw new IllegalArgumentException(
                    "address: " + spec.address() + " (expected: a machine that has network addresses; none was found)");
        }
        sockets = bound;
        port = free;
    }

    private UdpSocket bind(InetAddress address, int port) {
        EventLoop loop = core.group().next();
        var socket = new UdpSocket(this, core.state(loop), core.transport().newDatagramChannel());
        try {
            socket.bind(new InetSocketAddress(address, port)).syncUninterruptibly();
        } catch (Exception e) { // as above
            socket.cut();
            throw e;
        }
        return socket;
    }

    /** Its address, or those of the machine that clients can send to: those that hold on one link alone (RFC 4291) are left out. */
    private Set<InetAddress> addresses() {
        if (!spec.isForAll()) {
            InetAddress address = new InetSocketAddress(spec.host(), spec.port()).getAddress();
            if (address == null) {
                throw new IllegalArgumentException(
                        "address: " + spec.address() + " (expected: a host that can be resolved)");
            }
            return Set.of(address);
        }
        try {
            return core.addresses().all(!spec.host().equals("0.0.0.0"));
        } catch (SocketException e) { // what is bound stays as it is
            throw new IllegalStateException("the network interfaces cannot be listed: " + e.getMessage(), e);
        }
    }

    private void lookLater() {
        look = core.executor().schedule(LOOK_INTERVAL, this::look);
    }

    /** Follows the addresses of the machine, and binds anew what was closed. */
    private synchronized void look() {
        if (draining) {
            return;
        }
        try {
            follow(addresses());
        } catch (RuntimeException e) { // the next look tries again
            faults.note("look for addresses of listener " + spec.name(), e);
        } finally {
            lookLater();
        }
    }

    private void follow(Set<InetAddress> addresses) {
        Map<InetAddress, UdpSocket> after = new LinkedHashMap<>();
        for (InetAddress address : addresses) {
            UdpSocket before = sockets.get(address);
            try {
                after.put(address, before == null || !before.isOpen() ? bind(address, port) : before);
            } catch (Exception e) { // Netty throws what binding failed with, checked or not; the next look tries again
                faults.note("address " + address.getHostAddress() + " of listener " + spec.name(), e);
            }
        }
        sockets.forEach((address, socket) -> {
            if (after.get(address) != socket) {
                socket.cut();
            }
        });
        sockets = after;
    }

    /** A socket was closed by nobody here; it is bound anew at the next look. */
    void closed(InetSocketAddress address) {
        LOG.warn("listener {}: the socket of {} was closed by the system", spec.name(), address);
    }

    // ---- the end

    @Override
    public void release() {
        // nothing was begun but what is bound
    }

    @Override
    public CompletionStage<Void> drain() {
        return end(UdpSocket::drain);
    }

    /** Returns when it is closed: its address is free then. */
    @Override
    public void cut() {
        end(UdpSocket::cut).join();
    }

    private synchronized CompletableFuture<Void> end(Function<UdpSocket, ChannelFuture> how) {
        draining = true;
        if (look != null) {
            look.cancel();
            look = null;
        }
        List<CompletableFuture<Void>> closed = new ArrayList<>();
        for (UdpSocket socket : sockets.values()) {
            var done = new CompletableFuture<Void>();
            how.apply(socket).addListener(end -> done.complete(null));
            closed.add(done);
        }
        return CompletableFuture.allOf(closed.toArray(CompletableFuture[]::new));
    }
}
