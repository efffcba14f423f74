package dev.penstock.balancer;

import static java.util.Objects.requireNonNull;

import dev.penstock.endpoint.Zone;
import dev.penstock.text.Suggestion;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds balancers by name: those that come with Penstock and those of third parties. Thread-safe. */
public final class BalancerRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(BalancerRegistry.class);
    private static final Pattern NAME = Pattern.compile("[a-z0-9_]+");
    private static final String STICKY = "sticky";

    private static final Map<String, String> ALIASES =
            Map.of("round", "round_robin", "least", "least_requests", "pick_first", "first");

    /** Stands for a third party's that nobody asked yet. */
    private static final Balancer UNKNOWN = Balancers.first();

    private final Map<String, BalancerFactory> factories = new ConcurrentHashMap<>();

    private BalancerRegistry() {}

    /**
     * A registry of the balancers of {@link Balancers} only.
     *
     * @return a new registry
     */
    public static BalancerRegistry builtIn() {
        var registry = new BalancerRegistry();
        registry.add("first", settings -> Balancers.first());
        registry.add("round_robin", settings -> Balancers.roundRobin());
        registry.add("weighted_round_robin", BalancerRegistry::weighted);
        registry.add("random", settings -> Balancers.random());
        registry.add("weighted_random", settings -> Balancers.weightedRandom());
        registry.add("least_requests", settings -> Balancers.leastRequests());
        registry.add("p2c", settings -> Balancers.powerOfTwo());
        registry.add("p2c_ewma", settings -> Balancers.powerOfTwoByLatency());
        registry.add(
                "hcl",
                settings -> Balancers.hotCold(Duration.ofMillis(
                        settings.number("max_age_ms", (int) HotCold.MAX_AGE.toMillis(), 1, 3_600_000))));
        registry.add("rendezvous", settings -> Balancers.rendezvous(key(settings), bound(settings)));
        registry.add("ring_hash", settings -> Balancers.ringHash(key(settings), bound(settings)));
        registry.add(
                "maglev",
                settings -> Balancers.maglev(
                        key(settings), bound(settings), settings.number("slots", Maglev.SLOTS, 2, Maglev.MOST_SLOTS)));
        registry.add(
                "priority",
                settings -> new Priority(
                        settings.refined(),
                        settings.number("overprovisioning", Priority.OVERPROVISIONING, 100, 10_000)));
        registry.add("zone_aware", BalancerRegistry::zoneAware);
        registry.add(
                "subset", settings -> Balancers.subset(settings.number("size", 20, 1, 1_000_000), settings.refined()));
        AffinityKeys drawn = AffinityKeys.drawn(); // one for all services: a new configuration keeps it
        registry.add(STICKY, settings -> StickySettings.read(settings, drawn));
        return registry;
    }

    /**
     * The built-in ones, and those that {@link ServiceLoader} finds by the calling thread's context class loader. One that
     * cannot be loaded is logged and left out.
     *
     * @return a new registry
     * @throws IllegalArgumentException if a factory found has a name that exists already, or none that is allowed
     */
    public static BalancerRegistry defaults() {
        var registry = builtIn();
        Iterator<BalancerFactory> found =
                ServiceLoader.load(BalancerFactory.class).iterator();
        while (true) {
            BalancerFactory factory;
            try {
                if (!found.hasNext()) {
                    return registry;
                }
                factory = found.next();
            } catch (ServiceConfigurationError e) {
                LOG.error("balancers: a factory cannot be loaded; it is left out", e);
                continue;
            }
            registry.register(factory);
        }
    }

    private static Balancer weighted(BalancerSettings settings) {
        if (!settings.choice("weights", "endpoint", "reported").equals("reported")) {
            return Balancers.weightedRoundRobin();
        }
        int blackout = settings.number("blackout_s", (int) ReportedRoundRobin.BLACKOUT.toSeconds(), 0, 3_600);
        int expiry = settings.number("expiry_s", (int) ReportedRoundRobin.EXPIRY.toSeconds(), 1, 86_400);
        double penalty = settings.decimal("penalty", ReportedRoundRobin.PENALTY, 0, 1_000);
        return Balancers.reportedRoundRobin(Duration.ofSeconds(blackout), Duration.ofSeconds(expiry), penalty);
    }

    private static Balancer zoneAware(BalancerSettings settings) {
        String zone = settings.text("zone", "");
        if (zone.isEmpty()) {
            throw new IllegalArgumentException(
                    "balancer \"zone_aware\": zone: none (expected: the gateway's own, as in zone_aware(zone=a)/p2c)");
        }
        return Balancers.zoneAware(new Zone(zone), settings.refined());
    }

    private static HashKey key(BalancerSettings settings) {
        return HashKey.parse(settings.text("key", "client"));
    }

    private static double bound(BalancerSettings settings) {
        return settings.decimal("bound", HashPolicy.UNBOUNDED, HashPolicy.LEAST_BOUND, HashPolicy.MOST_BOUND);
    }

    private void add(String name, Function<BalancerSettings, Balancer> balancer) {
        factories.put(name, new BuiltIn(name, balancer));
    }

    /**
     * Adds a balancer.
     *
     * @param factory known by its name from now on
     * @throws IllegalArgumentException if the name exists already, is an alias, or is not one
     * @throws IllegalStateException if the factory fails to tell its name
     */
    public void register(BalancerFactory factory) {
        String name = nameOf(requireNonNull(factory, "factory"));
        if (name == null || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name of balancer factory " + typeOf(factory) + ": \"" + name
                    + "\" (expected: lower case letters, digits and underscores)");
        }
        if (ALIASES.containsKey(name)) {
            throw new IllegalArgumentException(
                    "balancer \"" + name + "\" of " + typeOf(factory) + ": exists already, as another name of \""
                            + ALIASES.get(name) + "\" (expected: a name not in use)");
        }
        BalancerFactory known = factories.putIfAbsent(name, factory);
        if (known != null) {
            throw new IllegalArgumentException("balancer \"" + name + "\" of " + typeOf(factory)
                    + ": exists already, from " + typeOf(known) + " (expected: a name not in use)");
        }
    }

    private static @Nullable String nameOf(BalancerFactory factory) {
        try {
            return factory.name();
        } catch (RuntimeException | LinkageError e) {
            throw new IllegalStateException(
                    "balancer factory " + typeOf(factory) + " failed to tell its name: " + e, e);
        }
    }

    /**
     * The balancer that a text says.
     *
     * @param text one of {@link #names()} or an alias ({@code round} for {@code round_robin}, {@code least} for {@code
     *     least_requests}); with options as in {@code maglev(key=header:x-user, bound=1.25)}; where one refines another,
     *     divided by slashes, the refining one first
     * @return as its factories make it
     * @throws IllegalArgumentException if a name or option is not known or makes no sense; the message says what would be
     *     right, and what is likely meant
     * @throws IllegalStateException if a factory fails; the message says which one
     */
    public Balancer balancer(String text) {
        List<BalancerText> links = BalancerText.parse(text);
        Balancer balancer = null;
        for (int i = links.size() - 1; i >= 0; i--) {
            balancer = link(links.get(i), balancer);
        }
        return requireNonNull(balancer, "a chain has a link");
    }

    private Balancer link(BalancerText link, @Nullable Balancer refined) {
        BalancerFactory factory = factory(link);
        var settings = new BalancerSettings(link.name(), link.options(), refined);
        Balancer balancer;
        try {
            balancer = factory.create(settings);
        } catch (IllegalArgumentException e) {
            throw e; // of the settings
        } catch (RuntimeException | LinkageError e) {
            throw new IllegalStateException(
                    "balancer \"" + link.name() + "\": its factory " + typeOf(factory) + " failed: " + e, e);
        }
        if (balancer == null) { // a third party's may not keep to what it promised
            throw new IllegalStateException("balancer \"" + link.name() + "\": its factory " + typeOf(factory)
                    + " gave null (expected: a balancer)");
        }
        settings.refuseRest();
        return balancer;
    }

    private BalancerFactory factory(BalancerText link) {
        BalancerFactory factory = factories.get(ALIASES.getOrDefault(link.name(), link.name()));
        if (factory == null) {
            throw new IllegalArgumentException("balancer: " + Suggestion.unknown(link.name(), names()));
        }
        return factory;
    }

    /**
     * Checks a text as far as that goes without third parties, which may take their time: of their balancers only the names.
     *
     * @param text see {@link #balancer}
     * @throws IllegalArgumentException if a name or option is not known or makes no sense
     */
    public void check(String text) {
        List<BalancerText> links = BalancerText.parse(text);
        Balancer refined = null;
        for (int i = links.size() - 1; i >= 0; i--) {
            refined = factory(links.get(i)) instanceof BuiltIn ? link(links.get(i), refined) : UNKNOWN;
        }
    }

    /**
     * Checks that what a text names of this process is there: the variables with the keys of affinity cookies.
     *
     * @param text see {@link #balancer}; rules that nobody knows are not looked at
     * @throws IllegalArgumentException if the text names a variable and is malformed, or if that is missing or what it holds are no
     *     keys
     */
    public static void checkKeys(String text) {
        if (!text.contains(StickySettings.KEYS_FROM)) {
            return; // nearly all: a text from elsewhere may have a thousand
        }
        for (BalancerText link : BalancerText.parse(text)) {
            if (link.name().equals(STICKY)) {
                StickySettings.checkKeys(link.options());
            }
        }
    }

    /**
     * The names known, without aliases.
     *
     * @return a copy in textual order
     */
    public Set<String> names() {
        return new TreeSet<>(factories.keySet());
    }

    private static String typeOf(BalancerFactory factory) {
        return factory instanceof BuiltIn ? "Penstock" : factory.getClass().getName();
    }

    private record BuiltIn(String name, Function<BalancerSettings, Balancer> maker) implements BalancerFactory {
        @Override
        public Balancer create(BalancerSettings settings) {
            return maker.apply(settings);
        }
    }
}
