package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.health.CheckResult;
import dev.penstock.health.CheckSpec;
import dev.penstock.health.HttpCheck;
import dev.penstock.health.Prober;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Ticker;
import dev.penstock.tls.UpstreamTls;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Does HTTP and TCP health checks, each over a connection of its own, on one event loop of its own that starts with the
 * first check: requests never wait for checks. Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and its end is told
public final class EndpointProber implements Prober, AutoCloseable {
    private static final CheckResult CONNECTED = new CheckResult(true, "connected");
    private static final long CLOSE_LIMIT_SECONDS = 1;
    private static final int MAX_PIECE = 8 << 10;

    private final TlsChoice tls;
    private final Object lock = new Object();
    private final ControlThreads control = ControlThreads.create(); // of which none runs before it is needed
    private @Nullable EventLoopGroup group;
    private @Nullable TlsProfiles profiles;
    private boolean closed;

    /** Nothing open yet; speaks TLS as a gateway does that nobody told whose. */
    public EndpointProber() {
        this(TlsChoice.AUTO);
    }

    /**
     * Nothing open yet.
     *
     * @param tls whose TLS is spoken, as with {@link GatewayBuilder#tls}
     */
    public EndpointProber(TlsChoice tls) {
        this.tls = requireNonNull(tls, "tls");
    }

    @Override
    public CompletionStage<CheckResult> probe(Endpoint endpoint, InetSocketAddress address, CheckSpec spec) {
        var result = new CompletableFuture<CheckResult>();
        EventLoopGroup loops = loops();
        if (loops == null) {
            result.completeExceptionally(new IllegalStateException("prober: closed (expected: open)"));
            return result;
        }
        int port = spec.check().port() == 0 ? address.getPort() : spec.check().port();
        // Another port is another server, which may know nothing of what the endpoint asks for.
        CheckSpec way = port == address.getPort() ? spec : spec.withPreface("");
        UpstreamTls secured = spec.check() instanceof HttpCheck ? spec.tls() : null;
        if (secured == null) {
            connect(loops, endpoint, new InetSocketAddress(address.getAddress(), port), way, null, result);
        } else {
            profiles().profile(secured).whenComplete((profile, problem) -> {
                if (problem == null) {
                    connect(loops, endpoint, new InetSocketAddress(address.getAddress(), port), way, profile, result);
                } else {
                    result.complete(new CheckResult(false, "TLS: files that are no good"));
                }
            });
        }
        return result;
    }

    private static void connect(
            EventLoopGroup loops,
            Endpoint endpoint,
            InetSocketAddress address,
            CheckSpec spec,
            @Nullable TlsProfile profile,
            CompletableFuture<CheckResult> result) {
        int port = address.getPort();
        ChannelFuture connecting = new Bootstrap()
                .group(loops)
                .channel(TransportChoice.AUTO.resolve().channel())
                .disableResolver()
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis(spec.timeout()))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (!spec.preface().isEmpty()) {
                            channel.pipeline().addLast(new PrefaceWriter(spec.preface()));
                        }
                        if (profile != null) {
                            channel.pipeline()
                                    .addLast(profile.handler(channel, endpoint.host(), port, millis(spec.timeout())));
                        }
                        if (spec.check() instanceof HttpCheck http) {
                            channel.pipeline()
                                    .addLast(new HttpClientCodec(
                                            spec.heads().lineBytes(),
                                            spec.heads().fieldBytes(),
                                            MAX_PIECE))
                                    .addLast(new HttpProbe(http, host(http, endpoint, port), result));
                        }
                    }
                })
                .connect(address);
        connecting.addListener(done -> connected(spec, connecting, result));
        // However it ends, also where nobody waits for it any more.
        result.whenComplete((seen, failure) -> connecting.channel().close());
    }

    private static void connected(CheckSpec spec, ChannelFuture connecting, CompletableFuture<CheckResult> result) {
        if (!connecting.isSuccess()) {
            result.complete(new CheckResult(false, HttpProbe.text(connecting.cause())));
        } else if (spec.check() instanceof HttpCheck) {
            connecting
                    .channel()
                    .eventLoop()
                    .schedule(
                            () -> result.complete(new CheckResult(
                                    false, "no answer within " + spec.timeout().toMillis() + " ms")),
                            millis(spec.timeout()),
                            TimeUnit.MILLISECONDS);
        } else if (spec.preface().isEmpty()) {
            result.complete(CONNECTED);
        } else {
            // Sends the preface, which whoever waits for it would miss.
            connecting
                    .channel()
                    .writeAndFlush(Unpooled.EMPTY_BUFFER)
                    .addListener(sent -> result.complete(
                            sent.isSuccess() ? CONNECTED : new CheckResult(false, HttpProbe.text(sent.cause()))));
        }
    }

    private static String host(HttpCheck check, Endpoint endpoint, int port) {
        if (!check.host().isEmpty()) {
            return check.host();
        }
        String host = endpoint.host().indexOf(':') >= 0 ? "[" + endpoint.host() + "]" : endpoint.host();
        return port == 80 ? host : host + ":" + port;
    }

    private static int millis(Duration timeout) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, timeout.toMillis()));
    }

    private TlsProfiles profiles() {
        synchronized (lock) {
            if (profiles == null) {
                profiles = new TlsProfiles(new TlsContexts(tls), control, Ticker.system());
            }
            return profiles;
        }
    }

    private @Nullable EventLoopGroup loops() {
        synchronized (lock) {
            if (group == null && !closed) {
                group = new MultiThreadIoEventLoopGroup(
                        1,
                        new DefaultThreadFactory("penstock-check", true),
                        TransportChoice.AUTO.resolve().ioHandlers());
            }
            return closed ? null : group;
        }
    }

    /** Ends the checks under way and the thread; waits for it, but not for long. */
    @Override
    public void close() {
        EventLoopGroup last;
        synchronized (lock) {
            closed = true;
            last = group;
            if (profiles != null) {
                profiles.close();
            }
        }
        control.close();
        if (last != null) {
            last.shutdownGracefully(0, CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS)
                    .awaitUninterruptibly(CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS);
        }
    }
}
