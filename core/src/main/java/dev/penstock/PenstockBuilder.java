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
import dev.penstock.health.Prober;
import dev.penstock.observe.Observer;
import dev.penstock.resolve.HostResolver;
import dev.penstock.route.Match;
import dev.penstock.route.Router;
import dev.penstock.time.Randomness;
import dev.penstock.time.Scheduler;
import dev.penstock.time.Ticker;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Defines a {@link Penstock}. Confined to one thread. */
public final class PenstockBuilder {
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

    final Set<Integer> reserved = new HashSet<>();

    @Nullable
    Router router;

    @Nullable
    Scheduler scheduler;

    @Nullable
    Prober prober;

    @Nullable
    InstantSource stamps;

    Ticker ticker = Ticker.system();
    Randomness randomness = Randomness.system();
    HostResolver hosts = HostResolver.system();

    PenstockBuilder() {}

    /**
     * Adds a service.
     *
     * @param spec its definition
     * @return this
     */
    public PenstockBuilder service(ServiceSpec spec) {
        services.add(requireNonNull(spec, "spec"));
        return this;
    }

    /**
     * Adds a route.
     *
     * @param spec its definition
     * @return this
     */
    public PenstockBuilder route(RouteSpec spec) {
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
    public PenstockBuilder route(Match match, String service) {
        return route(RouteSpec.of(match, service));
    }

    /**
     * Adds a listener, for a proxy around this.
     *
     * @param spec its definition
     * @return this
     */
    public PenstockBuilder listener(ListenerSpec spec) {
        listeners.add(requireNonNull(spec, "spec"));
        return this;
    }

    /**
     * Keeps a port of TCP from the listeners that catalogs define, as that of something else in this program.
     *
     * @param port {@code 0..65535}; {@code 0}: none
     * @return this
     */
    public PenstockBuilder reservedPort(int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0..65535)");
        }
        reserved.add(port);
        return this;
    }

    /**
     * Adds a rule that services may name.
     *
     * @param factory makes it; its name must not be taken
     * @return this
     */
    public PenstockBuilder balancer(BalancerFactory factory) {
        balancers.add(requireNonNull(factory, "factory"));
        return this;
    }

    /**
     * Adds a kind of source that services may name by URI.
     *
     * @param factory opens such sources; its scheme must not be taken
     * @return this
     */
    public PenstockBuilder discovery(DiscoveryFactory factory) {
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
    public PenstockBuilder discovery(String scheme, Discovery ready) {
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
    public PenstockBuilder catalog(CatalogFactory factory) {
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
    public PenstockBuilder catalog(URI from, CatalogLimits limits) {
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
    public PenstockBuilder catalog(String name, Catalog ready, CatalogLimits limits) {
        if (catalogs.putIfAbsent(name, new Ready(requireNonNull(ready, "ready"), limits)) != null) {
            throw new IllegalArgumentException("catalog: \"" + name + "\" (expected: a name given once)");
        }
        return this;
    }

    /** A catalog that is open already. */
    private record Ready(Catalog catalog, CatalogLimits limits) {}

    /**
     * Sets what does the health checks that services ask for; it stays open when this Penstock is closed. Without one, a
     * service that asks for checks is refused.
     *
     * @param prober as {@code EndpointProber} of penstock-proxy-netty, or one of one's own
     * @return this
     */
    public PenstockBuilder prober(Prober prober) {
        this.prober = requireNonNull(prober, "prober");
        return this;
    }

    /**
     * Takes the place of the routing table.
     *
     * @param router asked for every request
     * @return this
     */
    public PenstockBuilder router(Router router) {
        this.router = requireNonNull(router, "router");
        return this;
    }

    /**
     * Adds an observer.
     *
     * @param observer told of events, on threads of the control path
     * @return this
     */
    public PenstockBuilder observer(Observer observer) {
        observers.add(requireNonNull(observer, "observer"));
        return this;
    }

    /**
     * Sets the clock.
     *
     * @param ticker instead of the machine's
     * @return this
     */
    public PenstockBuilder ticker(Ticker ticker) {
        this.ticker = requireNonNull(ticker, "ticker");
        return this;
    }

    /**
     * Sets the clock of what people read, as {@link Revision#at}. Nothing is decided by it.
     *
     * @param clock tells the time of day
     * @return this
     */
    public PenstockBuilder stamps(InstantSource clock) {
        this.stamps = requireNonNull(clock, "clock");
        return this;
    }

    /**
     * Sets what runs the control path; it stays open when this Penstock is closed.
     *
     * <p>Call {@link Penstock#apply} and {@link #build} from elsewhere than its only thread: what they wait for runs on
     * it. Where it runs nothing for a second they no longer wait, and the services go live later. What it refuses runs on
     * threads of this Penstock, so that one which is shut down first harms nothing.
     *
     * @param scheduler instead of threads of its own
     * @return this
     */
    public PenstockBuilder scheduler(Scheduler scheduler) {
        this.scheduler = requireNonNull(scheduler, "scheduler");
        return this;
    }

    /**
     * Sets the source of chance.
     *
     * @param randomness instead of the machine's
     * @return this
     */
    public PenstockBuilder randomness(Randomness randomness) {
        this.randomness = requireNonNull(randomness, "randomness");
        return this;
    }

    /**
     * Sets what looks host names up.
     *
     * @param hosts instead of the machine's
     * @return this
     */
    public PenstockBuilder hosts(HostResolver hosts) {
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
            penstock.apply(definitions());
            catalogs.forEach((name, ready) -> penstock.control.catalogs().follow(name, ready.catalog, ready.limits));
            penstock.control.catalogs().followFirst(sources);
        } catch (RuntimeException e) {
            penstock.close();
            throw e;
        }
        return penstock;
    }

    private CatalogState definitions() {
        return new CatalogState(SOURCE, listeners, routes, services);
    }

    /**
     * Finds what {@link Penstock#apply} and {@link Penstock#follow} would refuse of a Penstock defined like this. Starts no
     * service, opens no source and no catalog.
     *
     * @param state everything that a source would define
     * @param followed catalogs to be followed
     * @return empty if nothing is wrong
     * @throws CatalogException if the definitions of this builder are not valid
     */
    public List<Problem> check(CatalogState state, List<CatalogSource> followed) {
        return checker().apply(state, followed);
    }

    /**
     * What finds that of one set of definitions after the other, and looks for plug-ins once.
     *
     * @return see {@link #check}; thread-safe, and starts nothing that would have to be ended
     * @throws CatalogException if the definitions of this builder are not valid
     */
    public BiFunction<CatalogState, List<CatalogSource>, List<Problem>> checker() {
        var control = new Control(this);
        control.assume(definitions());
        return (state, followed) -> {
            List<Problem> problems = new ArrayList<>(control.catalogs().problems(followed));
            problems.addAll(control.check(state));
            return problems;
        };
    }
}
