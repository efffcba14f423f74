package dev.penstock;

import dev.penstock.balancer.BalancerRegistry;
import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogAdmission.Admitted;
import dev.penstock.catalog.CatalogDifference;
import dev.penstock.catalog.CatalogException;
import dev.penstock.catalog.CatalogLimits;
import dev.penstock.catalog.CatalogMerge;
import dev.penstock.catalog.CatalogRegistry;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.CatalogValidation;
import dev.penstock.catalog.FallbackLoops;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Problem;
import dev.penstock.catalog.Provenance;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.Closings;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.DiscoveryRegistry;
import dev.penstock.discovery.SourceStatus;
import dev.penstock.observe.Dispatch;
import dev.penstock.observe.Event;
import dev.penstock.observe.Feed;
import dev.penstock.route.Route;
import dev.penstock.route.RouteTable;
import dev.penstock.route.Router;
import dev.penstock.service.HealthTools;
import dev.penstock.service.Service;
import dev.penstock.service.ServiceContext;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Scheduler;
import dev.penstock.time.StandbyScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The control path of one Penstock: takes definitions and makes tables of them, one at a time. Thread-safe; no plug-in is
 * called under its lock.
 */
final class Control implements AutoCloseable {
    /** For services whose endpoints are known; long, since one that a plug-in holds up is not waited for. */
    private static final int LIVE_LIMIT_SECONDS = 10;

    private static final Duration SECOND = Duration.ofSeconds(1);

    /** All of them, or those that stand by for a scheduler that was given. */
    private final ControlThreads own = ControlThreads.create();

    private final Scheduler scheduler;
    private final List<Dispatch<Event>> observers;
    private final BalancerRegistry balancers;
    private final DiscoveryRegistry discoveries;
    private final PlugInChecks plugIns;
    private final @Nullable Router router;
    private final Set<Integer> reserved;

    private final Object lock = new Object();
    private volatile Definitions definitions = Definitions.NONE;
    private final ServiceTable services;
    private final Catalogs catalogs;
    private final List<Feed<Table>> feeds = new ArrayList<>();
    private RouteTable compiled = RouteTable.compile(List.of());
    private List<List<Route>> compiledTiers = List.of();
    private Set<String> compiledApart = Set.of();
    private volatile Table table = new Table(0, compiled, List.of(), List.of(), Set.of(), List.of(), Map.of());
    private final Gates gates;
    private final History history;
    private boolean closed;

    Control(PenstockBuilder builder) {
        Scheduler given = builder.scheduler;
        scheduler = given == null ? own : new StandbyScheduler(given, own);
        observers = builder.observers.stream()
                .map(observer -> new Dispatch<Event>(observer::on, scheduler))
                .toList();
        reserved = Set.copyOf(builder.reserved);
        history = new History(builder.stamps);
        gates = new Gates(builder.ticker, scheduler);
        balancers = BalancerRegistry.defaults();
        builder.balancers.forEach(balancers::register);
        var sources = new DiscoveryContext(builder.ticker, scheduler, builder.randomness);
        discoveries = DiscoveryRegistry.defaults(sources, this::tell);
        builder.factories.forEach(discoveries::register);
        builder.discoveries.forEach(discoveries::register);
        plugIns = new PlugInChecks(balancers, discoveries, builder.prober != null);
        router = builder.router == null ? null : new ContainedRouter(builder.router, builder.ticker, this::tell);
        var context = new ServiceContext(
                builder.ticker,
                scheduler,
                builder.randomness,
                builder.hosts,
                this::tell,
                new HealthTools(builder.prober, scheduler));
        services = new ServiceTable(context, balancers, discoveries);
        var kinds = CatalogRegistry.defaults();
        builder.catalogFactories.forEach(kinds::register);
        catalogs = new Catalogs(kinds, sources, this::tell, merging());
    }

    private Catalogs.Merging merging() {
        return new Catalogs.Merging() {
            @Override
            public BiFunction<CatalogState, CatalogLimits, Admitted> admission(String name) {
                return plugIns.admission(name);
            }

            @Override
            public void merge(List<CatalogState> found, Set<Integer> ports) {
                found(found, ports);
            }

            @Override
            public Map<String, List<Problem>> lost() {
                return definitions.merged().lost();
            }
        };
    }

    List<SourceStatus> sources() {
        return discoveries.sources();
    }

    Catalogs catalogs() {
        return catalogs;
    }

    void tell(Event event) {
        observers.forEach(observer -> observer.offer(event));
    }

    /** The newest first. */
    List<Revision> history() {
        return history.all();
    }

    /** One volatile read. */
    Table table() {
        return table;
    }

    Applied apply(CatalogState state) {
        return apply(state, difference -> history.given(state, difference));
    }

    Applied takeBack(CatalogState former) {
        return apply(former, difference -> history.takeBack(former.source()));
    }

    private Applied apply(CatalogState state, Consumer<CatalogDifference> noted) {
        List<Problem> theirs = plugIns.problems(state.services());
        Applied applied;
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("penstock: closed (expected: open)");
            }
            List<Problem> problems =
                    Stream.concat(problems(state).stream(), theirs.stream()).toList();
            if (!problems.isEmpty()) {
                throw new CatalogException(state.source(), problems);
            }
            Definitions before = definitions;
            Definitions next = before.with(state);
            var difference = CatalogDifference.between(
                    before.merged().state(), next.merged().state());
            publish(next, change -> awaitLive(change.known()));
            if (!difference.isEmpty() || isOther(before.given(state.source()), state)) {
                noted.accept(difference);
            }
            tell(new Event.CatalogApplied(
                    state.source(), difference.added(), difference.removed(), difference.changed()));
            applied = new Applied(state.source(), difference, next.merged().shadowed(), table);
        }
        catalogs.lookAgain();
        return applied;
    }

    Planned plan(CatalogState state) {
        List<Problem> theirs = plugIns.problems(state.services());
        CatalogMerge.Merged before;
        CatalogMerge.Merged after;
        synchronized (lock) {
            List<Problem> problems =
                    Stream.concat(problems(state).stream(), theirs.stream()).toList();
            if (!problems.isEmpty()) {
                throw new CatalogException(state.source(), problems);
            }
            before = definitions.merged();
            after = definitions.with(state).merged();
        }
        return Planned.of(state, before, after);
    }

    /** Who gave definitions by {@link #apply}, in the order of their precedence. */
    List<String> givers() {
        return definitions.givers();
    }

    Optional<String> definedBy(String name) {
        CatalogState state = definitions.merged().state();
        return Stream.of(
                        state.listeners().stream()
                                .filter(spec -> name.equals("listener " + spec.name()))
                                .map(ListenerSpec::provenance),
                        state.routes().stream()
                                .filter(spec ->
                                        name.equals("route " + spec.route().name()))
                                .map(RouteSpec::provenance),
                        state.services().stream()
                                .filter(spec -> name.equals("service " + spec.name()))
                                .map(ServiceSpec::provenance))
                .flatMap(some -> some)
                .findFirst()
                .map(Provenance::source);
    }

    /** Nothing of it may be in effect, where others define the same. */
    private static boolean isOther(CatalogState before, CatalogState after) {
        return !CatalogDifference.between(before, after).isEmpty();
    }

    /** Puts what catalogs define into effect. */
    private void found(List<CatalogState> found, Set<Integer> ports) {
        Set<Integer> all = new HashSet<>(ports);
        all.addAll(reserved);
        synchronized (lock) {
            Definitions next = definitions.withFound(found, all);
            CatalogMerge.Merged before = definitions.merged();
            CatalogMerge.Merged merged = next.merged();
            var difference = CatalogDifference.between(before.state(), merged.state());
            if (closed || (difference.isEmpty() && before.tiers().equals(merged.tiers()))) {
                definitions = next;
                return;
            }
            // Who discovers waits for nothing but that no route leads to a service that knows nothing yet.
            publish(next, change -> awaitLive(change.begun()));
            String sources = found.stream().map(CatalogState::source).collect(Collectors.joining(", "));
            history.found(sources, difference);
            tell(new Event.CatalogApplied(sources, difference.added(), difference.removed(), difference.changed()));
        }
    }

    /** Has definitions count as applied for {@link #check}, without starting what they define. */
    void assume(CatalogState state) {
        List<Problem> problems = check(state);
        if (!problems.isEmpty()) {
            throw new CatalogException(state.source(), problems);
        }
        definitions = definitions.with(state);
    }

    List<Problem> check(CatalogState state) {
        List<Problem> theirs = plugIns.problems(state.services());
        synchronized (lock) {
            return Stream.concat(problems(state).stream(), theirs.stream()).toList();
        }
    }

    /**
     * What may fail first, then new services, then the table that leads to them, then the end of what nothing leads to any
     * more.
     */
    private void publish(Definitions next, Consumer<ServiceTable.Change> live) {
        CatalogState whole = next.merged().state();
        RouteTable routes = compiled(next.merged());
        ServiceTable.Change change = services.change(whole.services());
        definitions = next;
        live.accept(change);
        table = new Table(
                table.version() + 1,
                router == null ? routes : router,
                routes.routes(),
                whole.listeners(),
                next.merged().discovered(),
                change.running(),
                gates.of(whole.routes()));
        change.gone().forEach(Service::close);
        feeds.removeIf(Feed::isEnded);
        feeds.forEach(Feed::offer);
    }

    /** Most changes are of endpoints, and leave the routes as they are. */
    private RouteTable compiled(CatalogMerge.Merged merged) {
        if (!merged.tiers().equals(compiledTiers) || !merged.apart().equals(compiledApart)) {
            compiled = RouteTable.compileTiers(merged.tiers(), merged.apart());
            compiledTiers = merged.tiers();
            compiledApart = merged.apart();
        }
        return compiled;
    }

    private List<Problem> problems(CatalogState state) {
        var known = definitions.known(state.source(), discoveries.schemes());
        return Stream.concat(
                        CatalogValidation.problems(state, known).stream(),
                        FallbackLoops.problems(
                                state.services(), definitions.merged().state().services())
                                .stream())
                .toList();
    }

    Catalog.Subscription onApplied(Consumer<Table> observer) {
        synchronized (lock) {
            var feed = new Feed<>(this::table, observer, scheduler);
            feeds.add(feed);
            feed.offer();
            return feed::close;
        }
    }

    /** Waits until services are live, but not for a scheduler that runs nothing meanwhile, as if called on its thread. */
    private void awaitLive(Future<?> known) {
        boolean running = true;
        for (int second = 0; second < LIVE_LIMIT_SECONDS && running && !known.isDone(); second++) {
            var turn = new CompletableFuture<Void>();
            scheduler.execute(() -> turn.complete(null));
            await(known, SECOND);
            running = turn.isDone();
        }
    }

    /** Waits for a moment; what has not come by then comes later. */
    private static void await(Future<?> future, Duration limit) {
        try {
            future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            // Plug-ins that block or fail are reported where they are called.
        }
    }

    @Override
    public void close() {
        List<Service> last;
        List<Feed<Table>> told;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            last = services.all();
            told = List.copyOf(feeds);
        }
        told.forEach(Feed::end);
        catalogs.close();
        gates.close();
        last.forEach(Service::close);
        if (own.threads() > 0) { // what is left to do there would be dropped
            await(
                    CompletableFuture.allOf(last.stream()
                            .map(service -> service.ended().toCompletableFuture())
                            .toArray(CompletableFuture[]::new)),
                    SECOND);
        }
        discoveries.close();
        new Closings(scheduler)
                .finish(observers.stream()
                        .<Runnable>map(observer -> observer::close)
                        .toList());
        own.close();
    }
}
