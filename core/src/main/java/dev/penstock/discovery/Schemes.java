package dev.penstock.discovery;

import dev.penstock.text.Suggestion;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Factories of one kind by the URI scheme that each understands. Thread-safe.
 *
 * @param <F> the kind
 */
public final class Schemes<F> {
    private static final Logger LOG = LoggerFactory.getLogger(Schemes.class);

    private final Map<String, F> factories = new TreeMap<>();

    /** Knows no scheme. */
    public Schemes() {}

    /**
     * Registers what {@link ServiceLoader} finds; a factory that cannot be loaded or registered is logged and left out.
     *
     * @param <F> the kind
     * @param found the loader of that kind
     * @param registry takes each
     */
    public static <F> void load(ServiceLoader<F> found, Consumer<? super F> registry) {
        Iterator<F> factories = found.iterator();
        boolean more = true;
        while (more) {
            try {
                more = factories.hasNext();
                if (more) {
                    registry.accept(factories.next());
                }
            } catch (ServiceConfigurationError | RuntimeException e) {
                LOG.warn("a factory was left out: {}", Problems.of(e), e);
            }
        }
    }

    /**
     * Adds a factory.
     *
     * @param scheme in lower or upper case
     * @param factory understands it
     * @throws IllegalArgumentException if the scheme is taken or cannot be one
     */
    public void add(String scheme, F factory) {
        if (scheme == null || !scheme.matches("[A-Za-z][A-Za-z0-9+.-]*")) {
            throw new IllegalArgumentException(
                    "scheme: \"" + scheme + "\" (expected: a letter, then letters, digits, +, . or -)");
        }
        synchronized (factories) {
            if (factories.putIfAbsent(scheme.toLowerCase(Locale.ROOT), factory) != null) {
                throw new IllegalArgumentException("scheme: \"" + scheme + "\" (expected: registered once)");
            }
        }
    }

    /**
     * The schemes known.
     *
     * @return in lower case and textual order
     */
    public Set<String> names() {
        synchronized (factories) {
            return new TreeSet<>(factories.keySet());
        }
    }

    /**
     * The factory of a scheme.
     *
     * @param what begins the message if there is none, as in {@code discover: scheme}
     * @param scheme in lower or upper case
     * @return the one added
     * @throws IllegalArgumentException if there is none; the message lists the schemes known
     */
    public F factory(String what, String scheme) {
        String name = scheme.toLowerCase(Locale.ROOT);
        F factory;
        synchronized (factories) {
            factory = factories.get(name);
        }
        if (factory == null) {
            throw new IllegalArgumentException(what + " " + Suggestion.unknown(name, names()));
        }
        return factory;
    }
}
