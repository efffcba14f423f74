package dev.penstock;

import static java.util.Objects.requireNonNull;

import dev.penstock.balancer.BalancerFactory;
import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogException;
import dev.penstock.catalog.CatalogFactory;
import dev.penstock.catalog.CatalogLimits;
import dev.penstock.catalog.CatalogSource;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Problem;
import dev.penstock.catalog.Provenance;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryFactory;
import dev.penstock.discovery.SourceStatus;
import dev.penstock.observe.Observer;
import dev.penstock.request.Request;
import dev.penstock.resolve.HostResolver;
import dev.penstock.route.Match;
import dev.penstock.route.Router;
import dev.penstock.service.Decision;
import dev.penstock.time.Randomness;
import dev.penstock.time.Scheduler;
import dev.penstock.time.Ticker;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private final Control control;

    private Penstock(Builder builder) {
        control = new Control(builder);
    }

    /**
     * Starts to define a Penstock.
     *
     * @return an empty builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * What is in effect now; one volatile read.
     *
     * @return the newest table
     */
    public Table table() {
        return control.table();
    }

    /**
     * Routes a request and gives it an endpoint. Takes no lock and never waits.
     *
     * @param request what came in
     * @return a lease, or why there is none
     */
    public Decision acquire(Request request) {
        return control.table().acquire(request);
    }

    /**
     * Explains what {@link #acquire} would do with a request now: the same code, on copies of what it would change.
     *
     * @param request what might come in
     * @return with the routes considered, the candidates, and the pick
     */
    public Explanation explain(Request request) {
        return control.table().explain(request);
    }

    /**
     * Puts definitions into effect in the place of those that the same source gave before. Services that stay keep their
     * counters; those whose endpoints are all given here are live when this returns (unless a plug-in holds them up).
     *
     * @param state everything the source defines
     * @return what changed
     * @throws CatalogException if the definitions are not valid; nothing changes then
     * @throws IllegalStateException if this is closed
     */
    public Applied apply(CatalogState state) {
        return control.apply(state);
    }

    /**
     * Finds what {@link #apply} would refuse definitions for.
     *
     * @param state everything the source would define
     * @return empty if nothing is wrong with it
     */
    public List<Problem> check(CatalogState state) {
        return control.check(state);
    }

    /**
     * Follows catalogs, in place of those given to this method before: what they define takes effect whenever it changes,
     * after what files and code define; of two catalogs the earlier is the stronger. One that stays is not opened again.
     * Returns at once; catalogs given to the builder are not touched.
     *
     * @param sources the strongest first
     * @throws CatalogException if one cannot be opened, with paths as in {@code catalogs[0].from}; nothing changes then
     * @throws IllegalStateException if this is closed
     */
    public void follow(List<CatalogSource> sources) {
        control.catalogs().follow(List.copyOf(sources));
    }

    /**
     * Finds what {@link #follow} would refuse.
     *
     * @param sources catalogs to be followed
     * @return empty if nothing is wrong with them
     */
    public List<Problem> checkCatalogs(List<CatalogSource> sources) {
        return control.catalogs().problems(sources);
    }

    /**
     * How the open sources of endpoints do.
     *
     * @return in the textual order of their names
     */
    public List<SourceStatus> sources() {
        return control.sources();
    }

    /**
     * How the catalogs do that are followed.
     *
     * @return the strongest first
     */
    public List<CatalogStatus> catalogs() {
        return control.catalogs().statuses();
    }

    /**
     * Subscribes to tables.
     *
     * @param observer told the current table and each newer one: one call at a time, on a thread of the control path; one
     *     that is slow is told the newest only
     * @return closed to stop
     */
    public Catalog.Subscription onApplied(Consumer<Table> observer) {
        return control.onApplied(observer);
    }

    /**
     * Ends every service, watch and thread of this instance, within about a second. Leases in flight may still be
     * completed; no new one is given.
     */
    @Override
    public void close() {
        control.close();
    }

    /** Defines a Penstock. Confined to one thread. */
    public static final class Builder {
        private static final String SOURCE = Provenance.CODE.source();

        private final List<ServiceSpec> services = new ArrayList<>();
        private final List<RouteSpec> routes = new ArrayList<>();
        private final List<ListenerSpec> listeners = new ArrayList<>();
        final List<Observer> observers = new ArrayList<>();
        final List<BalancerFactory> balancers = new ArrayList<>();
        final List<DiscoveryFactory> factories = new ArrayList<>();
        final Map<String, Discovery> discoveries = new LinkedHashMap<>();

        final List<CatalogFactory> catalogFactories = new ArrayList<>();
        private final Map<String, Ready> catalogs = new LinkedHashMap<>();
        private final List<CatalogSource> sources = new ArrayList<>();

        @Nullable
        Router router;

        @Nullable
        Scheduler scheduler;

        Ticker ticker = Ticker.system();
        Randomness randomness = Randomness.system();
        HostResolver hosts = HostResolver.system();

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
         * @param factory makes it; its name must not be taken
         * @return this
         */
        public Builder balancer(BalancerFactory factory) {
            balancers.add(requireNonNull(factory, "factory"));
            return this;
        }

        /**
         * Adds a kind of source that services may name by URI.
         *
         * @param factory opens such sources; its scheme must not be taken
         * @return this
         */
        public Builder discovery(DiscoveryFactory factory) {
            factories.add(requireNonNull(factory, "factory"));
            return this;
        }

        /**
         * Adds a source that is open already; it stays open when this Penstock is closed.
         *
         * @param scheme a service says {@code scheme:name} to have its endpoints found there
         * @param ready the source
         * @return this
         * @throws IllegalArgumentException if the scheme was given before
         */
        public Builder discovery(String scheme, Discovery ready) {
            if (discoveries.putIfAbsent(scheme, requireNonNull(ready, "ready")) != null) {
                throw new IllegalArgumentException("scheme: \"" + scheme + "\" (expected: registered once)");
            }
            return this;
        }

        /**
         * Adds a kind of catalog.
         *
         * @param factory opens such catalogs; its scheme must not be taken
         * @return this
         */
        public Builder catalog(CatalogFactory factory) {
            catalogFactories.add(requireNonNull(factory, "factory"));
            return this;
        }

        /**
         * Follows a catalog, see {@link Penstock#follow}.
         *
         * @param from where it is, as in {@code docker://}
         * @param limits what it may claim
         * @return this
         */
        public Builder catalog(URI from, CatalogLimits limits) {
            sources.add(new CatalogSource(from, limits));
            return this;
        }

        /**
         * Follows a catalog that is open already; it stays open when this Penstock is closed. It is stronger than those
         * given by URI.
         *
         * @param name what it is called
         * @param ready the catalog
         * @param limits what it may claim
         * @return this
         * @throws IllegalArgumentException if the name was given before
         */
        public Builder catalog(String name, Catalog ready, CatalogLimits limits) {
            if (catalogs.putIfAbsent(name, new Ready(requireNonNull(ready, "ready"), limits)) != null) {
                throw new IllegalArgumentException("catalog: \"" + name + "\" (expected: a name given once)");
            }
            return this;
        }

        /** A catalog that is open already. */
        private record Ready(Catalog catalog, CatalogLimits limits) {}

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
         * <p>Call {@link Penstock#apply} and {@link #build} from elsewhere than its only thread: what they wait for runs on
         * it. Where it runs nothing for a second they no longer wait, and the services go live later.
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
         * @throws IllegalArgumentException if a balancer or discovery takes a name that is taken
         */
        public Penstock build() {
            var penstock = new Penstock(this);
            try {
                penstock.apply(new CatalogState(SOURCE, listeners, routes, services));
                catalogs.forEach(
                        (name, ready) -> penstock.control.catalogs().follow(name, ready.catalog, ready.limits));
                penstock.control.catalogs().followFirst(sources);
            } catch (RuntimeException e) {
                penstock.close();
                throw e;
            }
            return penstock;
        }
    }
}
