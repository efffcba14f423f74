package dev.penstock;

import static java.util.Objects.requireNonNull;

import dev.penstock.balancer.BalancerFactory;
import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogDifference;
import dev.penstock.catalog.CatalogException;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Provenance;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.observe.Dispatch;
import dev.penstock.observe.Event;
import dev.penstock.observe.Observer;
import dev.penstock.request.Request;
import dev.penstock.resolve.HostResolver;
import dev.penstock.route.Match;
import dev.penstock.route.Route;
import dev.penstock.route.Router;
import dev.penstock.service.Decision;
import dev.penstock.service.Service;
import dev.penstock.service.ServiceContext;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Scheduler;
import dev.penstock.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Discovery, balancing and routing in one object, without a proxy: gives each request an endpoint of the service it
 * belongs to. Thread-safe.
 *
 * <p>Definitions come from the builder and from {@link #apply}; each takes effect as a whole, by one write of the
 * {@link #table()}. Instances share nothing.
 */
public final class Penstock implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Object control = new Object();
    private final Definitions definitions = new Definitions();
    private final ServiceTable services;
    private final Sources sources;
    private final @Nullable Router router;
    private final Scheduler scheduler;
    private final @Nullable ControlThreads owned;
    private final List<Dispatch<Event>> observers;
    private final List<TableFeed> feeds = new CopyOnWriteArrayList<>();
    private volatile Table table;
    private boolean closed;

    private Penstock(Builder builder) {
        Scheduler given = builder.scheduler;
        owned = given == null ? ControlThreads.create() : null;
        scheduler = owned != null ? owned : requireNonNull(given);
        router = builder.router;
        observers = builder.observers.stream()
                .map(observer -> new Dispatch<Event>(observer::on, scheduler))
                .toList();
        var context = new ServiceContext(builder.ticker, scheduler, builder.randomness, builder.hosts, this::tell);
        sources = new Sources(new DiscoveryContext(builder.ticker, scheduler, builder.randomness));
        services = new ServiceTable(context, builder.rules, sources);
        table = new Table(0, new LinearRouter(List.of()), List.of(), List.of(), List.of());
    }

    /**
     * Starts to define a Penstock.
     *
     * @return an empty builder
     */
    public static Builder builder() {
        return new Builder();
    }

    private void tell(Event event) {
        observers.forEach(observer -> observer.offer(event));
    }

    /**
     * What is in effect now; one volatile read.
     *
     * @return the newest table
     */
    public Table table() {
        return table;
    }

    /**
     * Routes a request and gives it an endpoint. Takes no lock and never waits.
     *
     * @param request what came in
     * @return a lease, or why there is none
     */
    public Decision acquire(Request request) {
        return table.acquire(request);
    }

    /**
     * Puts definitions into effect in the place of those that the same source gave before. Services that stay keep their
     * counters; those whose endpoints are all given here are live when this returns (it waits a second at most).
     *
     * @param state everything the source defines
     * @return what changed
     * @throws CatalogException if the definitions are not valid; nothing changes then
     * @throws IllegalStateException if this is closed
     */
    public Applied apply(CatalogState state) {
        synchronized (control) {
            if (closed) {
                throw new IllegalStateException("penstock: closed (expected: open)");
            }
            Definitions.Merged before = definitions.merged();
            definitions.put(state);
            Definitions.Merged merged = definitions.merged();
            var difference = CatalogDifference.between(before.state(), merged.state());
            ServiceTable.Change change = services.change(merged.state().services());
            await(change.known());
            List<Route> routes =
                    merged.state().routes().stream().map(RouteSpec::route).toList();
            Router next = router == null ? new LinearRouter(routes) : router;
            table = new Table(table.version() + 1, next, routes, merged.state().listeners(), change.running());
            change.gone().forEach(Service::close);
            feeds.removeIf(TableFeed::isClosed);
            feeds.forEach(feed -> feed.tell(table));
            tell(new Event.CatalogApplied(
                    state.source(), difference.added(), difference.removed(), difference.changed()));
            return new Applied(state.source(), difference, merged.shadowed(), table);
        }
    }

    /** Waits for a moment; what has not come by then comes later. */
    private static void await(Future<?> future) {
        try {
            future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            // Blocked or broken plug-ins are reported where they are called.
        }
    }

    /**
     * Subscribes to tables.
     *
     * @param observer told the current table and each newer one: one call at a time, on a thread of the control path; one
     *     that is slow is told the newest only
     * @return closed to stop
     */
    public Catalog.Subscription onApplied(Consumer<Table> observer) {
        synchronized (control) {
            var feed = new TableFeed(observer, scheduler);
            feeds.add(feed);
            feed.tell(table);
            return feed;
        }
    }

    /**
     * Ends every service, watch and thread of this instance, within about a second. Leases in flight may still be
     * completed; no new one is given.
     */
    @Override
    public void close() {
        synchronized (control) {
            if (closed) {
                return;
            }
            closed = true;
        }
        List<Service> all = services.all();
        all.forEach(Service::close);
        feeds.forEach(TableFeed::close);
        if (owned != null) {
            await(CompletableFuture.allOf(all.stream()
                    .map(service -> service.ended().toCompletableFuture())
                    .toArray(CompletableFuture[]::new)));
        }
        observers.forEach(Dispatch::close);
        if (owned != null) {
            owned.close();
        }
    }

    /** Defines a Penstock. Confined to one thread. */
    public static final class Builder {
        private static final String SOURCE = Provenance.CODE.source();

        private final List<ServiceSpec> services = new ArrayList<>();
        private final List<RouteSpec> routes = new ArrayList<>();
        private final List<ListenerSpec> listeners = new ArrayList<>();
        private final List<Observer> observers = new ArrayList<>();
        private final Rules rules = new Rules();
        private @Nullable Router router;
        private @Nullable Scheduler scheduler;
        private Ticker ticker = Ticker.system();
        private Randomness randomness = Randomness.system();
        private HostResolver hosts = HostResolver.system();

        private Builder() {}

        /**
         * Adds a service.
         *
         * @param spec its definition
         * @return this
         */
        public Builder service(ServiceSpec spec) {
            services.add(requireNonNull(spec, "spec"));
            return this;
        }

        /**
         * Adds a route.
         *
         * @param spec its definition
         * @return this
         */
        public Builder route(RouteSpec spec) {
            routes.add(requireNonNull(spec, "spec"));
            return this;
        }

        /**
         * Adds a route.
         *
         * @param match its condition
         * @param service where matching requests go
         * @return this
         */
        public Builder route(Match match, String service) {
            return route(RouteSpec.of(match, service));
        }

        /**
         * Adds a listener, for a proxy around this.
         *
         * @param spec its definition
         * @return this
         */
        public Builder listener(ListenerSpec spec) {
            listeners.add(requireNonNull(spec, "spec"));
            return this;
        }

        /**
         * Adds a rule that services may name.
         *
         * @param factory makes it
         * @return this
         * @throws IllegalArgumentException if there is a rule of that name
         */
        public Builder balancer(BalancerFactory factory) {
            rules.register(factory);
            return this;
        }

        /**
         * Takes the place of the routing table.
         *
         * @param router asked for every request
         * @return this
         */
        public Builder router(Router router) {
            this.router = requireNonNull(router, "router");
            return this;
        }

        /**
         * Adds an observer.
         *
         * @param observer told of events, on threads of the control path
         * @return this
         */
        public Builder observer(Observer observer) {
            observers.add(requireNonNull(observer, "observer"));
            return this;
        }

        /**
         * Sets the clock.
         *
         * @param ticker instead of the machine's
         * @return this
         */
        public Builder ticker(Ticker ticker) {
            this.ticker = requireNonNull(ticker, "ticker");
            return this;
        }

        /**
         * Sets what runs the control path; it stays open when this Penstock is closed.
         *
         * @param scheduler instead of threads of its own
         * @return this
         */
        public Builder scheduler(Scheduler scheduler) {
            this.scheduler = requireNonNull(scheduler, "scheduler");
            return this;
        }

        /**
         * Sets the source of chance.
         *
         * @param randomness instead of the machine's
         * @return this
         */
        public Builder randomness(Randomness randomness) {
            this.randomness = requireNonNull(randomness, "randomness");
            return this;
        }

        /**
         * Sets what looks host names up.
         *
         * @param hosts instead of the machine's
         * @return this
         */
        public Builder hosts(HostResolver hosts) {
            this.hosts = requireNonNull(hosts, "hosts");
            return this;
        }

        /**
         * Starts it.
         *
         * @return to be closed by the caller
         * @throws CatalogException if the definitions are not valid; nothing stays open then
         */
        public Penstock build() {
            var penstock = new Penstock(this);
            try {
                penstock.apply(new CatalogState(SOURCE, listeners, routes, services));
            } catch (CatalogException e) {
                penstock.close();
                throw e;
            }
            return penstock;
        }
    }
}
