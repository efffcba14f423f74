package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import dev.penstock.endpoint.Phase;
import dev.penstock.load.Outcome;
import dev.penstock.service.Decision;
import dev.penstock.service.Lease;
import dev.penstock.service.Service;
import dev.penstock.service.Snapshot;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.Errors;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The datagrams of one client, and the socket by which they go to one endpoint and its answers come back. Confined to its
 * event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel is told to its handler
final class UdpFlow extends ChannelInboundHandlerAdapter {
    /** What may wait for the socket to be connected. */
    private static final int MOST_WAITING = 16;

    private final UdpSocket socket;
    private final InetSocketAddress client;
    private final OpaqueRequest request;
    private final ExchangeLog log;
    private final Queue<ByteBuf> waiting = new ArrayDeque<>(1);
    private @Nullable OpaqueRouting routing;
    private @Nullable Service service;
    private @Nullable Lease lease;
    private @Nullable Snapshot known;
    private @Nullable DatagramChannel channel;
    private boolean connected;
    private boolean answered;
    private boolean owed;
    private long receivedBytes;
    private long sentBytes;
    private boolean cutOff;
    private boolean over;
    // The flows of a socket are a list in the order of their last datagram; these belong to it.
    @Nullable
    UdpFlow older;

    @Nullable
    UdpFlow newer;

    long lastNanos;
    boolean isToFlush;

    UdpFlow(UdpSocket socket, InetSocketAddress client, OpaqueRequest request, ExchangeLog log) {
        this.socket = socket;
        this.client = client;
        this.request = request;
        this.log = log;
    }

    InetSocketAddress client() {
        return client;
    }

    // ---- the way to an endpoint

    /** Routes it; says why it goes nowhere if it does not. */
    @Nullable
    ClientRefusal route() {
        OpaqueRouting routed = OpaqueRouting.of(request, socket.table(), log);
        routing = routed;
        return routed.refusal();
    }

    /** It is not to begin: what routing it took is free again. */
    void turnAway() {
        over = true;
        if (routing != null) {
            routing.end();
        }
    }

    /** Finds an endpoint for it; says why not where there is none. */
    @Nullable
    ClientRefusal begin() {
        ServiceChain services = requireNonNull(routing, "routing").services();
        do {
            Service asked = services.service();
            Snapshot before = asked.snapshot();
            Decision decision = asked.acquire(request);
            if (decision instanceof Lease held) {
                service = asked;
                known = before;
                lease = held;
                log.routed(asked);
                log.attempt(held);
                connect(held);
                return over ? ClientRefusal.NO_ENDPOINT : null; // a system may say at once that there is no way
            }
        } while (services.next());
        return ClientRefusal.NO_ENDPOINT;
    }

    private void connect(Lease held) {
        DatagramChannel made = socket.newChannel();
        channel = made;
        made.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1, socket.bufferBytes()));
        made.pipeline().addLast(this);
        socket.loop().register(made);
        made.connect(held.address()).addListener(done -> {
            if (done.isSuccess()) {
                connected();
            } else {
                end(Outcome.CONNECT_FAILED);
            }
        });
    }

    private void connected() {
        connected = true;
        log.tunnelled();
        for (ByteBuf bytes = waiting.poll(); bytes != null; bytes = waiting.poll()) {
            write(bytes);
        }
        flush();
    }

    /** Tells whether its next datagram is to begin another: its endpoint is gone, or moved, or not fit for it any more. */
    boolean isStale() {
        Snapshot before = requireNonNull(known, "known");
        Snapshot now = requireNonNull(service, "service").snapshot();
        if (now == before) {
            return false;
        }
        known = now;
        String id = requireNonNull(lease, "lease").endpoint().id();
        Snapshot.Member member = member(now, id);
        if (member == null || (!member.eligible() && member.endpoint().phase() == Phase.ACTIVE)) {
            return true;
        }
        // Under another address it is another process, which begins with counters of its own.
        Snapshot.Member as = member(before, id);
        return as != null && as.load() != member.load();
    }

    private static Snapshot.@Nullable Member member(Snapshot snapshot, String id) {
        for (Snapshot.Member member : snapshot.members()) {
            if (member.endpoint().id().equals(id)) {
                return member;
            }
        }
        return null;
    }

    /** Tells whether its endpoint has said nothing since its client did. */
    boolean isOwed() {
        return owed;
    }

    /** A datagram of the client; it is copied. */
    void send(ByteBuf bytes) {
        owed = true;
        receivedBytes += bytes.readableBytes();
        DatagramChannel to = requireNonNull(channel, "channel");
        if (connected && !to.isWritable()) {
            to.flush(); // what has come before it waits for the end of the turn, and not for the network
        }
        if (connected ? !to.isWritable() : waiting.size() == MOST_WAITING) {
            socket.refused(ClientRefusal.DROPPED, client);
        } else if (connected) {
            write(copy(bytes));
        } else {
            waiting.add(copy(bytes));
        }
    }

    private ByteBuf copy(ByteBuf bytes) {
        return socket.allocator().buffer(bytes.readableBytes()).writeBytes(bytes);
    }

    private void write(ByteBuf bytes) {
        DatagramChannel to = requireNonNull(channel, "channel");
        to.write(bytes, to.voidPromise());
    }

    /** Sends what was written. */
    void flush() {
        if (connected && !over) {
            requireNonNull(channel, "channel").flush();
        }
    }

    // ---- the way back

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var packet = (DatagramPacket) message;
        try {
            if (!over) {
                answer(packet.content());
            }
        } finally {
            packet.release();
        }
    }

    private void answer(ByteBuf bytes) {
        owed = false;
        if (!answered) {
            answered = true;
            log.answered();
            requireNonNull(lease, "lease").firstByte();
            requireNonNull(service, "service").fallbackSwitch().reached();
        }
        sentBytes += bytes.readableBytes();
        socket.answer(this, copy(bytes));
        if (socket.isLastAnswer()) {
            end(Outcome.SUCCESS);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (isUnreachable(cause)) {
            end(answered ? Outcome.BROKEN : Outcome.CONNECT_FAILED);
            return;
        }
        socket.refused(ClientRefusal.DROPPED, client); // that datagram alone, as one that is too long for the way
        if (!(cause instanceof IOException)) {
            socket.faults().note("datagram of listener " + request.listener(), cause);
        }
    }

    /** Tells whether the machine of the endpoint, or one on the way, said that the endpoint is not there (ICMP). */
    private static boolean isUnreachable(Throwable cause) {
        return cause instanceof PortUnreachableException
                || cause instanceof ConnectException
                || cause instanceof NoRouteToHostException
                || (cause instanceof Errors.NativeIoException failed
                        && failed.expectedErr() == Errors.ERROR_ECONNREFUSED_NEGATIVE);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end(Outcome.CANCELLED);
    }

    // ---- the end

    /** It was silent for as long as a flow may be. */
    void expire() {
        // Of many, as of logs and measures, no answer is expected.
        end(answered || !socket.protocol().oneShot() ? Outcome.SUCCESS : Outcome.TIMED_OUT);
    }

    /** Another one needs its place. */
    void makeWay() {
        cutOff = true;
        end();
    }

    /** Its client is to begin anew, or the socket is closed. */
    void end() {
        end(answered ? Outcome.SUCCESS : Outcome.CANCELLED);
    }

    /** Tells whether what became of it is told by a record; of one that found no endpoint by a refusal alone. */
    boolean isTold() {
        return over && lease != null;
    }

    private void tell(Outcome outcome) {
        requireNonNull(service, "service").answers().passed(receivedBytes, sentBytes);
        log.received(receivedBytes);
        log.sent(sentBytes);
        if (cutOff) {
            log.end(0, ClientRefusal.IDLE.token(), Ending.By.PROXY);
            return;
        }
        switch (outcome) {
            case TIMED_OUT -> log.end(0, "no_answer", Ending.By.ENDPOINT_TIMEOUT);
            case CONNECT_FAILED -> log.end(0, "connection_refused", Ending.By.ENDPOINT);
            case BROKEN -> log.end(0, "connection_terminated", Ending.By.ENDPOINT);
            default -> log.end(0, "", Ending.By.NOBODY);
        }
    }

    private void end(Outcome outcome) {
        if (over) {
            return;
        }
        over = true;
        waiting.forEach(ByteBuf::release);
        waiting.clear();
        try {
            if (channel != null) {
                channel.close();
            }
            if (lease != null) {
                lease.complete(outcome);
                tell(outcome);
            }
            if (routing != null) {
                routing.end();
            }
        } finally {
            socket.ended(this);
        }
    }
}
