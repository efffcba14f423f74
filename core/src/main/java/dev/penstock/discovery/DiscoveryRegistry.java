package dev.penstock.discovery;

import static java.util.Objects.requireNonNull;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.observe.Observer;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kinds of sources by URI scheme, and those that are open. Thread-safe.
 *
 * <p>A source is opened when the first service that names it is watched, shared by all services whose
 * {@link DiscoveryFactory#shared} is equal, and closed with the last watch. Each is contained, see
 * {@link ContainedDiscovery}.
 */
public final class DiscoveryRegistry implements AutoCloseable {
    /** What endpoints of a service's definition say as their source. */
    public static final String FIXED = "definition";

    private static final Logger LOG = LoggerFactory.getLogger(DiscoveryRegistry.class);

    private final DiscoveryContext context;
    private final Observer events;
    private final Object lock = new Object();
    private final Schemes<DiscoveryFactory> factories = new Schemes<>();
    private final Map<SharedSource.Key, Use> open = new HashMap<>();
    private final Closings closings;
    private boolean closed;

    /**
     * A registry that knows no scheme.
     *
     * @param context what sources may use
     * @param events told of what plug-ins do wrong; must not block
     */
    public DiscoveryRegistry(DiscoveryContext context, Observer events) {
        this.context = requireNonNull(context, "context");
        this.events = requireNonNull(events, "events");
        closings = new Closings(context.scheduler());
    }

    /**
     * A registry that knows the schemes found by {@link ServiceLoader}; a factory that cannot be loaded is logged and
     * left out.
     *
     * @param context what sources may use
     * @param events told of what plug-ins do wrong; must not block
     * @return to be closed by the caller
     */
    public static DiscoveryRegistry defaults(DiscoveryContext context, Observer events) {
        var registry = new DiscoveryRegistry(context, events);
        Schemes.load(ServiceLoader.load(DiscoveryFactory.class), registry::register);
        return registry;
    }

    /**
     * Adds a kind of source.
     *
     * @param factory opens its sources
     * @throws IllegalArgumentException if its scheme is taken or cannot be one
     */
    public void register(DiscoveryFactory factory) {
        factories.add(factory.scheme(), factory);
    }

    /**
     * Adds a source that is open already, under a scheme of its own: {@code scheme:name} looks for that name. The
     * registry does not close it.
     *
     * @param scheme as in {@code manual}
     * @param ready the source
     * @throws IllegalArgumentException if the scheme is taken or cannot be one
     */
    public void register(String scheme, Discovery ready) {
        factories.add(scheme, new ReadySource(scheme.toLowerCase(Locale.ROOT), requireNonNull(ready, "ready")));
    }

    /**
     * The schemes known.
     *
     * @return in textual order
     */
    public Set<String> schemes() {
        return factories.names();
    }

    /**
     * Refuses a URI that cannot be watched.
     *
     * @param service whose definition names it
     * @param uri where its endpoints are found
     * @throws IllegalArgumentException if the scheme is unknown (the message lists those known), or the factory does not
     *     understand the URI
     */
    public void check(ServiceName service, URI uri) {
        source(uri).check(service);
    }

    private SharedSource source(URI uri) {
        if (uri.getScheme() == null) {
            throw new IllegalArgumentException(
                    "discover: \"" + uri + "\" (expected: a URI with a scheme, as in dns:///site.internal:8080)");
        }
        return new SharedSource(this, factories.factory("discover: scheme", uri.getScheme()), uri);
    }

    /**
     * Subscribes to all endpoints of a service: those of its definition, then those of each source, put together by
     * {@link CompositeDiscovery} if it is more than one kind. With neither, the service is absent. Where no source is asked
     * the state is told before this returns.
     *
     * @param service its name
     * @param fixed endpoints of its definition, distinct by id; they win over those of sources
     * @param discover where more are found; an earlier one wins over a later one
     * @param observer told each new state
     * @return the subscription
     * @throws IllegalArgumentException if the scheme of a URI is unknown, or if two fixed endpoints have one id; a URI that
     *     its factory does not understand is a source that fails
     */
    public Watch watch(ServiceName service, List<Endpoint> fixed, List<URI> discover, Consumer<ServiceState> observer) {
        if (discover.isEmpty()) {
            FixedWatch watch = FixedWatch.of(service, fixed, FIXED, context.ticker());
            observer.accept(watch.current());
            return watch;
        }
        List<CompositeDiscovery.Member> members = new ArrayList<>();
        if (!fixed.isEmpty()) {
            members.add(new CompositeDiscovery.Member(
                    FIXED, StaticDiscovery.of(FIXED, Map.of(service, List.copyOf(fixed)), context)));
        }
        for (URI uri : List.copyOf(discover)) {
            SharedSource source = source(uri);
            String name = SharedSource.name(uri);
            boolean taken = members.stream().anyMatch(member -> member.source().equals(name));
            members.add(new CompositeDiscovery.Member(taken ? name + " #" + members.size() : name, source));
        }
        Discovery whole =
                members.size() == 1 ? members.get(0).discovery() : new CompositeDiscovery(members, context, events);
        return whole.watch(ServiceQuery.of(service), observer);
    }

    /**
     * Counts what each open source did wrong.
     *
     * @return by the name of the source, since it was opened
     */
    public Map<String, Long> faults() {
        Map<String, Long> counts = new TreeMap<>();
        synchronized (lock) {
            for (Use use : open.values()) {
                counts.merge(use.source.name(), use.source.faults(), Long::sum);
            }
        }
        return counts;
    }

    /**
     * How each open source does.
     *
     * @return in the textual order of their names
     */
    public List<SourceStatus> sources() {
        List<ContainedDiscovery> sources;
        synchronized (lock) {
            sources = open.values().stream().map(use -> use.source).toList();
        }
        return sources.stream()
                .map(ContainedDiscovery::status)
                .sorted(Comparator.comparing(SourceStatus::source))
                .toList();
    }

    /** Ends every watch and closes every source that was opened here; waits a second at most. */
    @Override
    public void close() {
        List<Use> uses;
        synchronized (lock) {
            closed = true;
            uses = List.copyOf(open.values());
            open.clear();
        }
        long left =
                closings.finish(uses.stream().map(use -> use.source.ending()).toList());
        if (left > 0) {
            LOG.warn("sources still busy a second after close: {} (expected: 0)", left);
        }
    }

    /** The shared source of a key, opened with its first watch; to be released once. */
    ContainedDiscovery hold(SharedSource.Key key, Supplier<Discovery> opener) {
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("discovery registry: closed (expected: open)");
            }
            Use use = open.computeIfAbsent(
                    key, k -> new Use(new ContainedDiscovery(SharedSource.name(k.shared()), opener, context, events)));
            use.watches++;
            return use.source;
        }
    }

    Discovery open(DiscoveryFactory factory, SharedSource.Key key) {
        return factory.open(key.shared(), context);
    }

    void release(SharedSource.Key key) {
        ContainedDiscovery unused = null;
        synchronized (lock) {
            Use use = open.get(key);
            if (use != null && --use.watches == 0) {
                open.remove(key);
                unused = use.source;
            }
        }
        if (unused != null) {
            closings.start(unused.ending());
        }
    }

    /** An open source and the number of its watches. */
    private static final class Use {
        private final ContainedDiscovery source;
        private int watches;

        private Use(ContainedDiscovery source) {
            this.source = source;
        }
    }
}
