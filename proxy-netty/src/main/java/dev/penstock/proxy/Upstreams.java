package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.service.Attachment;
import dev.penstock.service.Lease;
import dev.penstock.service.Service;
import dev.penstock.time.Ticker;
import dev.penstock.tls.UpstreamTls;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All connections of a gateway to endpoints: makes them and knows where the idle ones are. Thread-safe. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails is told to whoever waits
final class Upstreams implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Upstreams.class);

    private final Transport transport;
    private final List<LoopState> loops;
    private final Ticker ticker;
    private final TlsProfiles profiles;
    private final Descriptors descriptors;
    private final Set<IdleConnections> all = ConcurrentHashMap.newKeySet();
    private final Attachment<IdleConnections> key = new Attachment<>(endpoint -> idleConnections());

    // Written by one thread at a time.
    private volatile Map<String, UpstreamTls> prepared = Map.of();

    Upstreams(
            Transport transport, List<LoopState> loops, Ticker ticker, Descriptors descriptors, TlsProfiles profiles) {
        this.transport = transport;
        this.loops = loops;
        this.ticker = ticker;
        this.profiles = profiles;
        this.descriptors = descriptors;
    }

    private IdleConnections idleConnections() {
        var idle = new IdleConnections(loops, all::remove);
        all.add(idle);
        return idle;
    }

    /** Reads beforehand what services need, and warns of what they risk. */
    void prepare(List<Service> services) {
        Map<String, UpstreamTls> now = new HashMap<>();
        for (Service service : services) {
            ServiceSpec spec = service.spec();
            UpstreamTls tls = spec.tls();
            if (tls == null) {
                continue;
            }
            String name = spec.name().value();
            now.put(name, tls);
            if (!tls.equals(prepared.get(name))) {
                prepare(name, tls);
            }
        }
        prepared = Map.copyOf(now);
    }

    private void prepare(String name, UpstreamTls tls) {
        if (!tls.verify()) {
            LOG.warn(
                    "service {}: tls.verify is false: anybody on the way to its endpoints can read and change everything",
                    name);
        }
        profiles.profile(tls).whenComplete((profile, problem) -> {
            if (problem != null) {
                LOG.error(
                        "service {}: {}; its endpoints cannot be called",
                        name,
                        TlsProfiles.cause(problem).getMessage());
            }
        });
    }

    Ticker ticker() {
        return ticker;
    }

    /** Takes an idle connection to the endpoint of a lease, made as the service wants it now; null where there is none. */
    @Nullable
    UpstreamConnection take(Lease lease, ServiceSpec spec, LoopState state, String preface) {
        UpstreamTls tls = spec.tls();
        TlsProfile profile = tls == null ? null : profiles.ready(tls);
        if (tls != null && profile == null) {
            return null;
        }
        return lease.attachment(key).take(state, preface, profile, spec.answers());
    }

    /** Begins to connect to the endpoint of a lease, on the given loop; see {@link UpstreamConnection#preface()}. */
    Connecting<UpstreamConnection> connect(Lease lease, ServiceSpec spec, LoopState state, String preface) {
        return connect(
                lease,
                spec,
                state,
                profile -> new UpstreamConnection(lease.attachment(key), state, ticker, spec, preface, profile));
    }

    /** The same for a connection of any kind, which is made of the TLS that it is to be secured by, if any. */
    <C extends Upstream> Connecting<C> connect(
            Lease lease, ServiceSpec spec, LoopState state, Function<@Nullable TlsProfile, C> kind) {
        UpstreamTls tls = spec.tls();
        if (tls == null) {
            C plain = kind.apply(null);
            return new Connecting<>(
                    plain, bootstrap(plain, spec, state, lease.endpoint()).connect(lease.address()));
        }
        TlsProfile profile = profiles.ready(tls);
        Promise<Void> ready = state.loop().newPromise();
        if (profile != null) {
            return connect(lease, spec, state, kind.apply(profile), ready);
        }
        var later = new Connecting<C>(ready);
        profiles.profile(tls)
                .whenComplete((loaded, problem) -> state.loop().execute(() -> {
                    if (problem != null) {
                        ready.tryFailure(new SSLException("no TLS", TlsProfiles.cause(problem)));
                    } else if (!ready.isDone()) {
                        later.connection = connect(lease, spec, state, kind.apply(loaded), ready).connection;
                    }
                }));
        return later;
    }

    private <C extends Upstream> Connecting<C> connect(
            Lease lease, ServiceSpec spec, LoopState state, C secured, Promise<Void> ready) {
        ChannelFuture connecting =
                bootstrap(secured, spec, state, lease.endpoint()).connect(lease.address());
        UpstreamHandshake.follow(connecting, connecting.channel(), ready);
        return new Connecting<>(secured, ready);
    }

    private Bootstrap bootstrap(Upstream connection, ServiceSpec spec, LoopState state, Endpoint endpoint) {
        int timeout = millis(spec.timeouts().connect());
        return new Bootstrap()
                .group(state.loop())
                .channel(transport.channel())
                .disableResolver()
                .option(ChannelOption.RECVBUF_ALLOCATOR, Transport.READS)
                // A write that fails must not take away the answer that may lie in the socket already.
                .option(ChannelOption.AUTO_CLOSE, false)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeout)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        TlsProfile profile = connection.profile();
                        if (profile != null) {
                            channel.pipeline()
                                    .addLast(profile.handler(channel, endpoint.host(), endpoint.port(), timeout));
                        }
                        connection.install(channel.pipeline());
                        descriptors.takeUpstream();
                        channel.closeFuture().addListener(closed -> descriptors.giveUpstream());
                    }
                });
    }

    private static int millis(Duration timeout) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, timeout.toMillis()));
    }

    /** Closes all idle connections and keeps none from now on. */
    @Override
    public void close() {
        all.forEach(IdleConnections::close);
        profiles.close();
    }

    /** A connection under way. Confined to its event loop. */
    static final class Connecting<C extends Upstream> {
        private final Future<Void> future;
        private @Nullable C connection;

        Connecting(C connection, Future<Void> future) {
            this.connection = connection;
            this.future = future;
        }

        /** The connection follows. */
        Connecting(Future<Void> future) {
            this.future = future;
        }

        /** When it is made, and where it goes by TLS, secured. */
        Future<Void> future() {
            return future;
        }

        /** Nobody waits for it any more. */
        void close() {
            if (connection != null) {
                connection.close();
            }
        }

        /** What it is once it is made. */
        C connection() {
            return requireNonNull(connection, "connection");
        }
    }
}
