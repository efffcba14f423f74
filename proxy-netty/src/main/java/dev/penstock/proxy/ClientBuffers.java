package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What waits because of one client: in its connection both ways, in those to endpoints that serve it, and what is kept of its
 * request. Counted after whatever may have changed it. Confined to its event loop.
 */
final class ClientBuffers {
    private final ClientConnection connection;
    private final BufferShare share;
    private final BufferHolding holding;
    private @Nullable Channel channel;
    private @Nullable Tunnel tunnel;

    ClientBuffers(ClientConnection connection, BufferShare share) {
        this.connection = connection;
        this.share = share;
        this.holding = new BufferHolding(share, this::waitingBytes, this::cut);
    }

    void attach(Channel channel) {
        this.channel = channel;
    }

    /** From now on the client is one end of a tunnel. */
    void join(Tunnel begun) {
        tunnel = begun;
    }

    /** Counts what waits. */
    void count() {
        share.fit(channel(), connection.bufferBytes());
        if (tunnel != null) {
            tunnel.fit(share);
        }
        holding.count();
    }

    /** Counts what waits, after the client or an endpoint has taken much of it. */
    void countTaken() {
        count();
        holding.renew();
    }

    /** The client is gone. */
    void end() {
        holding.end();
    }

    /** Bytes that were written to the client and are not sent. */
    long unsentBytes() {
        ChannelOutboundBuffer buffer = channel().unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
    }

    /** What waits in a connection to be written, and to be deciphered, with all the memory that it takes. */
    static long waitingBytes(Channel channel) {
        return Pinned.pending(channel) + RecordCumulator.heldBytes(channel);
    }

    private long waitingBytes() {
        Tunnel joined = tunnel;
        if (joined != null) {
            return joined.waitingBytes();
        }
        TlsGuard tls = connection.tls();
        return Pinned.pending(channel()) + (tls == null ? 0 : tls.heldBytes(channel())) + connection.heldBytes();
    }

    private void cut() {
        Tunnel joined = tunnel;
        if (joined == null && !channel().isOpen()) {
            return; // it is closed, and about to be told so
        }
        connection.refused(ClientRefusal.BUFFERS);
        if (joined == null) {
            connection.cut(true);
        } else {
            joined.cut(ClientRefusal.BUFFERS.token());
        }
    }

    private Channel channel() {
        return requireNonNull(channel, "channel");
    }
}
