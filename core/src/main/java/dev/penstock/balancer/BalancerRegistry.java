package dev.penstock.balancer;

import static java.util.Objects.requireNonNull;

import dev.penstock.text.Suggestion;
import java.util.Iterator;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds balancers by name: those that come with Penstock and those of third parties. Thread-safe. */
public final class BalancerRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(BalancerRegistry.class);
    private static final Pattern NAME = Pattern.compile("[a-z0-9_]+");
    private static final Map<String, String> ALIASES = Map.of("round", "round_robin", "least", "least_requests");

    private final Map<String, BalancerFactory> factories = new ConcurrentHashMap<>();

    private BalancerRegistry() {}

    /**
     * A registry of {@code first}, {@code round_robin}, {@code weighted_round_robin}, {@code random}, {@code
     * weighted_random}, {@code least_requests} and {@code p2c} only.
     *
     * @return a new registry
     */
    public static BalancerRegistry builtIn() {
        var registry = new BalancerRegistry();
        registry.add("first", First::new);
        registry.add("round_robin", RoundRobin::new);
        registry.add("weighted_round_robin", WeightedRoundRobin::new);
        registry.add("random", UniformRandom::new);
        registry.add("weighted_random", WeightedRandom::new);
        registry.add("least_requests", LeastRequests::new);
        registry.add("p2c", PowerOfTwo::new);
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

    private void add(String name, Supplier<Balancer> balancer) {
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
     * The balancer of a name.
     *
     * @param name one of {@link #names()}, or an alias: {@code round} for {@code round_robin}, {@code least} for {@code
     *     least_requests}
     * @return as its factory makes it
     * @throws IllegalArgumentException if the name is not known; the message says which are, and the one likely meant
     * @throws IllegalStateException if the factory fails; the message says which one
     */
    public Balancer balancer(String name) {
        BalancerFactory factory = factories.get(ALIASES.getOrDefault(name, name));
        if (factory == null) {
            throw new IllegalArgumentException("balancer: " + Suggestion.unknown(name, names()));
        }
        Balancer balancer;
        try {
            balancer = factory.create();
        } catch (RuntimeException | LinkageError e) {
            throw new IllegalStateException(
                    "balancer \"" + name + "\": its factory " + typeOf(factory) + " failed: " + e, e);
        }
        if (balancer == null) { // a third party's may not keep to what it promised
            throw new IllegalStateException(
                    "balancer \"" + name + "\": its factory " + typeOf(factory) + " gave null (expected: a balancer)");
        }
        return balancer;
    }

    /**
     * Tells whether {@link #balancer} would find a name.
     *
     * @param name one of {@link #names()} or an alias
     * @return true if it is known
     */
    public boolean knows(String name) {
        return factories.containsKey(ALIASES.getOrDefault(name, name));
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

    private record BuiltIn(String name, Supplier<Balancer> balancer) implements BalancerFactory {
        @Override
        public Balancer create() {
            return balancer.get();
        }
    }
}
