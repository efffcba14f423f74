package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import dev.penstock.Penstock;
import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.route.Match;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A running HTTP gateway: listeners around a {@link Penstock}. Thread-safe. */
public final class Gateway implements AutoCloseable {
    private final GatewayCore core;
    private final Listeners listeners;
    private final boolean ownsPenstock;
    private final Catalog.Subscription subscription;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Gateway(GatewayCore core, Listeners listeners, boolean ownsPenstock) {
        this.core = core;
        this.listeners = listeners;
        this.ownsPenstock = ownsPenstock;
        this.subscription = core.penstock().onApplied(table -> listeners.follow(table.listeners()));
    }

    /**
     * A gateway to be defined.
     *
     * @return a builder with the documented defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Where a listener is bound.
     *
     * @param listener its name
     * @return with the port that the system chose, where the listener left it open
     * @throws IllegalArgumentException if there is no such listener
     */
    public InetSocketAddress address(String listener) {
        return listeners.address(listener);
    }

    /**
     * The port of the only or first listener.
     *
     * @return {@code 1..65535}
     * @throws IllegalStateException if there is no listener
     */
    public int port() {
        return listeners.first().getPort();
    }

    /**
     * The transport in use.
     *
     * @return what the choice came to
     */
    public Transport transport() {
        return core.transport();
    }

    /**
     * What decides where requests go.
     *
     * @return the one given to the builder or made by it
     */
    public Penstock penstock() {
        return core.penstock();
    }

    /**
     * Records of exchanges that no observer was told of, because it was too slow.
     *
     * @return {@code >= 0}, grows
     */
    public long droppedRecords() {
        return core.records().dropped();
    }

    /**
     * Stops accepting at once, ends idle connections, lets requests in flight finish.
     *
     * @param limit what is still open then is cut off
     * @return done when no connection of a client is left
     */
    public CompletionStage<Void> drain(Duration limit) {
        requireNonNull(limit, "limit");
        subscription.close();
        return closed.get() ? CompletableFuture.completedFuture(null) : listeners.drain(limit);
    }

    /** Drains each listener for as long as its drain time-out says, then releases everything; a second time does nothing. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        subscription.close();
        listeners.close();
        core.close();
        if (ownsPenstock) {
            core.penstock().close();
        }
    }

    /** The definition of a gateway. Confined to one thread. */
    public static final class Builder {
        private final Penstock.Builder own = Penstock.builder();
        private @Nullable Penstock given;
        private boolean defined;
        private final Map<String, LocalHandler> handlers = new HashMap<>();
        private final List<ExchangeObserver> observers = new ArrayList<>();
        private TransportChoice transport = TransportChoice.AUTO;
        private int threads = Runtime.getRuntime().availableProcessors();

        private Builder() {}

        /**
         * Puts the gateway in front of a Penstock that lives on when the gateway is closed. Its listeners are the gateway's.
         *
         * @param penstock decides where requests go
         * @return this
         */
        public Builder penstock(Penstock penstock) {
            this.given = requireNonNull(penstock, "penstock");
            return this;
        }

        /**
         * Adds a service.
         *
         * @param spec its definition
         * @return this
         */
        public Builder service(ServiceSpec spec) {
            defined = true;
            own.service(spec);
            return this;
        }

        /**
         * Adds a route.
         *
         * @param spec its definition
         * @return this
         */
        public Builder route(RouteSpec spec) {
            defined = true;
            own.route(spec);
            return this;
        }

        /**
         * Adds a route.
         *
         * @param match which requests
         * @param service where they go
         * @return this
         */
        public Builder route(Match match, String service) {
            return route(RouteSpec.of(match, service));
        }

        /**
         * Adds a listener.
         *
         * @param spec its definition
         * @return this
         */
        public Builder listener(ListenerSpec spec) {
            defined = true;
            own.listener(spec);
            return this;
        }

        /**
         * Adds a listener named after its address.
         *
         * @param address {@code host:port}, {@code [IPv6]:port}, or {@code :port} for all addresses of the machine
         * @return this
         */
        public Builder listen(String address) {
            return listener(ListenerSpec.of(address));
        }

        /**
         * Adds an observer of exchanges; without one nothing is recorded.
         *
         * @param observer told what became of each request
         * @return this
         */
        public Builder observer(ExchangeObserver observer) {
            observers.add(requireNonNull(observer, "observer"));
            return this;
        }

        /**
         * Has the requests of a listener answered by code; they are not routed.
         *
         * @param listener its name
         * @param handler answers them
         * @return this
         */
        public Builder handler(String listener, LocalHandler handler) {
            handlers.put(requireNonNull(listener, "listener"), requireNonNull(handler, "handler"));
            return this;
        }

        /**
         * Chooses the transport.
         *
         * @param transport {@link TransportChoice#AUTO} unless said otherwise
         * @return this
         */
        public Builder transport(TransportChoice transport) {
            this.transport = requireNonNull(transport, "transport");
            return this;
        }

        /**
         * Sets the number of event loops.
         *
         * @param threads {@code 1..1024}; as many as there are processors unless said otherwise
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder threads(int threads) {
            if (threads < 1 || threads > 1024) {
                throw new IllegalArgumentException("threads: " + threads + " (expected: 1..1024)");
            }
            this.threads = threads;
            return this;
        }

        /**
         * Binds all listeners and starts to serve.
         *
         * @return a running gateway, to be closed
         * @throws GatewayException if a listener could not be bound, naming each; nothing stays open then
         * @throws IllegalStateException if a Penstock was given and services, routes or listeners besides
         */
        public Gateway start() {
            if (given != null && defined) {
                throw new IllegalStateException(
                        "penstock: given beside services, routes or listeners (expected: one or the other)");
            }
            Transport resolved = transport.resolve();
            Penstock penstock = given != null ? given : own.build();
            var core = new GatewayCore(penstock, resolved, threads, Machine.name(), handlers, observers);
            var listeners = new Listeners(core);
            try {
                listeners.start(penstock.table().listeners());
            } catch (GatewayException e) {
                core.close();
                if (given == null) {
                    penstock.close();
                }
                throw e;
            }
            return new Gateway(core, listeners, given == null);
        }
    }
}
