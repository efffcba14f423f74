package dev.penstock;

import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogAdmission.Admitted;
import dev.penstock.catalog.CatalogException;
import dev.penstock.catalog.CatalogLimits;
import dev.penstock.catalog.CatalogRegistry;
import dev.penstock.catalog.CatalogReport;
import dev.penstock.catalog.CatalogSource;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.Problem;
import dev.penstock.discovery.Closings;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.Problems;
import dev.penstock.observe.Observer;
import dev.penstock.time.SerialExecutor;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The catalogs that a Penstock follows, in the order of their precedence: those that code gave, then those of the
 * configuration. Thread-safe.
 */
final class Catalogs {
    private static final Logger LOG = LoggerFactory.getLogger(Catalogs.class);
    private static final int MAX_LOGGED = 20;

    /** What is done with what the catalogs define. */
    interface Merging {
        /** Sorts what one catalog tells, state after state; the name is what it is called. */
        BiFunction<CatalogState, CatalogLimits, Admitted> admission(String name);

        /** Puts what all define into effect; the ports are those that they listen on themselves. */
        void merge(List<CatalogState> found, Set<Integer> ports);

        /** What does not take effect at the moment, by the name of the catalog. */
        Map<String, List<Problem>> lost();
    }

    private final CatalogRegistry registry;
    private final DiscoveryContext context;
    private final Observer events;
    private final Merging merging;
    private final SerialExecutor serial;
    private final AtomicBoolean due = new AtomicBoolean();
    private final Object lock = new Object();
    private final List<FollowedCatalog> fixed = new ArrayList<>();
    private Map<URI, FollowedCatalog> configured = new LinkedHashMap<>();
    private final Closings closings;
    private boolean closed;

    private Set<String> logged = Set.of(); // confined to serial

    Catalogs(CatalogRegistry registry, DiscoveryContext context, Observer events, Merging merging) {
        this.registry = registry;
        this.context = context;
        this.events = events;
        this.merging = merging;
        this.serial = new SerialExecutor(context.scheduler());
        this.closings = new Closings(context.scheduler());
    }

    /** Follows a catalog that is open already, and stays open. */
    void follow(String name, Catalog ready, CatalogLimits limits) {
        FollowedCatalog catalog = made(name, () -> new LentCatalog(ready), Set.of(), limits);
        synchronized (lock) {
            fixed.add(catalog);
        }
        catalog.start();
    }

    /** Follows these for good. */
    void followFirst(List<CatalogSource> sources) {
        check(sources);
        List<FollowedCatalog> started = new ArrayList<>();
        synchronized (lock) {
            for (CatalogSource source : sources) {
                FollowedCatalog catalog = made(source, List.of());
                fixed.add(catalog);
                started.add(catalog);
            }
        }
        started.forEach(FollowedCatalog::start);
    }

    /** Follows these, in place of those followed before; one that stays is not opened again. */
    void follow(List<CatalogSource> sources) {
        check(sources);
        List<FollowedCatalog> started = new ArrayList<>();
        Map<FollowedCatalog, CatalogLimits> staying = new LinkedHashMap<>();
        List<FollowedCatalog> gone;
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("penstock: closed (expected: open)");
            }
            Map<URI, FollowedCatalog> former = new LinkedHashMap<>(configured);
            Map<URI, FollowedCatalog> next = new LinkedHashMap<>();
            for (CatalogSource source : sources) {
                FollowedCatalog catalog = former.remove(source.from());
                if (catalog == null) {
                    catalog = made(source, next.values());
                    started.add(catalog);
                } else {
                    staying.put(catalog, source.limits());
                }
                next.put(source.from(), catalog);
            }
            configured = next;
            gone = List.copyOf(former.values());
        }
        staying.forEach(FollowedCatalog::limit);
        started.forEach(FollowedCatalog::start);
        gone.forEach(catalog -> closings.start(catalog.ending()));
        mergeSoon();
    }

    private void check(List<CatalogSource> sources) {
        List<Problem> problems = problems(sources);
        if (!problems.isEmpty()) {
            throw new CatalogException("catalogs", problems);
        }
    }

    List<Problem> problems(List<CatalogSource> sources) {
        List<Problem> problems = new ArrayList<>();
        Set<URI> seen = new HashSet<>();
        for (int i = 0; i < sources.size(); i++) {
            String path = "catalogs[" + i + "].from";
            try {
                registry.check(sources.get(i));
                if (!seen.add(sources.get(i).from())) {
                    problems.add(
                            new Problem(path, "\"" + sources.get(i).name() + "\" (expected: a catalog given once)"));
                }
            } catch (IllegalArgumentException e) {
                problems.add(new Problem(path, String.valueOf(e.getMessage())));
            }
        }
        return problems;
    }

    private FollowedCatalog made(CatalogSource source, Collection<FollowedCatalog> beside) {
        Set<String> taken = new HashSet<>();
        fixed.forEach(catalog -> taken.add(catalog.name()));
        configured.values().forEach(catalog -> taken.add(catalog.name()));
        beside.forEach(catalog -> taken.add(catalog.name()));
        String name = source.name();
        for (int i = 2; taken.contains(name); i++) {
            name = source.name() + " #" + i; // they differ in what is not shown
        }
        return made(name, () -> registry.open(source, context), registry.ports(source), source.limits());
    }

    private FollowedCatalog made(String name, Supplier<Catalog> opener, Set<Integer> ports, CatalogLimits limits) {
        var plan = new FollowedCatalog.Plan(name, opener, ports, merging.admission(name));
        return new FollowedCatalog(plan, limits, context, events, this::mergeSoon);
    }

    private void mergeSoon() {
        if (due.compareAndSet(false, true)) {
            serial.execute(this::merge);
        }
    }

    private void merge() {
        due.set(false); // before reading: what is told now makes another task
        List<FollowedCatalog> all = all();
        List<CatalogState> found = new ArrayList<>();
        Map<FollowedCatalog, Long> revisions = new LinkedHashMap<>();
        for (FollowedCatalog catalog : all) {
            revisions.put(catalog, catalog.revision());
            CatalogState state = catalog.admitted();
            if (state != null) {
                found.add(state);
            }
        }
        Set<Integer> ports = new HashSet<>();
        all.forEach(catalog -> ports.addAll(catalog.ports()));
        merging.merge(found, ports);
        revisions.forEach(FollowedCatalog::merged);
        log();
    }

    /** Something else than a catalog changed what takes effect. */
    void lookAgain() {
        serial.execute(this::log);
    }

    /** Each sentence once, until it is no longer true. */
    private void log() {
        Map<String, List<Problem>> lost = merging.lost();
        Set<String> now = new HashSet<>();
        int left = MAX_LOGGED;
        for (FollowedCatalog catalog : all()) {
            List<Problem> problems = new ArrayList<>(catalog.rejected());
            problems.addAll(lost.getOrDefault(catalog.name(), List.of()));
            for (Problem problem : problems) {
                String line = catalog.name() + ": " + problem;
                if (now.size() < 1_000 && now.add(line) && !logged.contains(line) && left-- > 0) {
                    LOG.warn("catalog {}", Problems.line(line));
                }
            }
        }
        logged = now;
    }

    private List<FollowedCatalog> all() {
        synchronized (lock) {
            List<FollowedCatalog> all = new ArrayList<>(fixed);
            all.addAll(configured.values());
            return all;
        }
    }

    List<CatalogStatus> statuses() {
        Map<String, List<Problem>> lost = merging.lost();
        return all().stream()
                .map(catalog -> catalog.status(lost.getOrDefault(catalog.name(), List.of())))
                .toList();
    }

    /** Ends all of them, and waits a second at most. */
    void close() {
        List<FollowedCatalog> last;
        synchronized (lock) {
            closed = true;
            last = all();
        }
        long left = closings.finish(last.stream().map(FollowedCatalog::ending).toList());
        if (left > 0) {
            LOG.warn("catalogs still busy a second after close: {} (expected: 0)", left);
        }
    }

    /** A catalog that somebody else opened and will close. */
    private record LentCatalog(Catalog ready) implements Catalog {
        @Override
        public Subscription watch(Consumer<CatalogState> observer) {
            return ready.watch(observer);
        }

        @Override
        public CatalogReport report() {
            return ready.report();
        }

        @Override
        public void close() {
            // whoever opened it closes it
        }
    }
}
