package dev.penstock.proxy;

import dev.penstock.catalog.UpstreamTimeouts;
import dev.penstock.service.Attachment;
import dev.penstock.service.Lease;
import dev.penstock.time.Ticker;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** All connections of a gateway to endpoints: makes them and knows where the idle ones are. Thread-safe. */
final class Upstreams implements AutoCloseable {
    private final Transport transport;
    private final List<LoopState> loops;
    private final Ticker ticker;
    private final Descriptors descriptors;
    private final Set<IdleConnections> all = ConcurrentHashMap.newKeySet();
    private final Attachment<IdleConnections> key = new Attachment<>(endpoint -> idleConnections());

    Upstreams(Transport transport, List<LoopState> loops, Ticker ticker, Descriptors descriptors) {
        this.transport = transport;
        this.loops = loops;
        this.ticker = ticker;
        this.descriptors = descriptors;
    }

    private IdleConnections idleConnections() {
        var idle = new IdleConnections(loops, all::remove);
        all.add(idle);
        return idle;
    }

    Ticker ticker() {
        return ticker;
    }

    /** The idle connections to the endpoint of a lease. */
    IdleConnections idle(Lease lease) {
        return lease.attachment(key);
    }

    /** Begins to connect to the endpoint of a lease, on the given loop; see {@link UpstreamConnection#preface()}. */
    Connecting connect(Lease lease, LoopState state, UpstreamTimeouts timeouts, String preface) {
        var connection = new UpstreamConnection(
                idle(lease), state, ticker, timeouts.idle().toNanos(), preface);
        var bootstrap = new Bootstrap()
                .group(state.loop())
                .channel(transport.channel())
                .disableResolver()
                .option(ChannelOption.TCP_NODELAY, true)
                // A write that fails must not take away the answer that may lie in the socket already.
                .option(ChannelOption.AUTO_CLOSE, false)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis(timeouts.connect()))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connection.install(channel.pipeline());
                        descriptors.takeUpstream();
                        channel.closeFuture().addListener(closed -> descriptors.giveUpstream());
                    }
                });
        return new Connecting(connection, bootstrap.connect(lease.address()));
    }

    private static int millis(Duration timeout) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, timeout.toMillis()));
    }

    /** Closes all idle connections and keeps none from now on. */
    @Override
    public void close() {
        all.forEach(IdleConnections::close);
    }

    /**
     * A connection under way.
     *
     * @param connection what it will be
     * @param future when it is
     */
    record Connecting(UpstreamConnection connection, ChannelFuture future) {}
}
