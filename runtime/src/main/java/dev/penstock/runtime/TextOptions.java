package dev.penstock.runtime;

import dev.penstock.balancer.BalancerRegistry;
import dev.penstock.catalog.Problem;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.config.Configuration;
import dev.penstock.config.ConfigurationReader;
import dev.penstock.discovery.UriOptions;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * How what a text says is taken: the part of a URI behind {@code #}, which no store sees. Immutable.
 *
 * @param sources the schemes by which its services may be discovered
 * @param options all that were given
 */
record TextOptions(Set<String> sources, UriOptions options) {
    private static final String SOURCES = "sources";

    /** Takes those that any text may have. */
    static TextOptions of(URI uri) {
        return of(uri, Set.of());
    }

    /** Takes those, and some more. */
    static TextOptions of(URI uri, Set<String> more) {
        String fragment = uri.getRawFragment();
        Set<String> known = new TreeSet<>(more);
        known.add(SOURCES);
        UriOptions options = UriOptions.of(URI.create("text:///?" + (fragment == null ? "" : fragment)), known);
        Set<String> sources = new TreeSet<>();
        for (String scheme :
                options.text(SOURCES).orElse("").toLowerCase(Locale.ROOT).split(",", -1)) {
            if (!scheme.isBlank()) {
                sources.add(scheme.strip());
            }
        }
        return new TextOptions(sources, options);
    }

    /** Reads texts, and refuses services that are discovered otherwise, or by what files and variables of this machine say. */
    ConfigurationReader reader() {
        return new ConfigurationReader(this::problems);
    }

    private List<Problem> problems(Configuration configuration) {
        List<Problem> problems = new ArrayList<>();
        for (ServiceSpec service : configuration.catalog().services()) {
            keys(service, problems);
            for (URI from : service.discover()) {
                String scheme = from.getScheme() == null ? "" : from.getScheme().toLowerCase(Locale.ROOT);
                if (!sources.contains(scheme)) {
                    String allowed = sources.isEmpty() ? "endpoints alone" : "one of " + String.join(", ", sources);
                    problems.add(new Problem(
                            "services." + service.name() + ".discover",
                            "\"" + scheme + "\" (expected: " + allowed + ", or #sources=" + scheme
                                    + " behind the URI of the catalog)"));
                }
                List<String> named = UriOptions.namingFilesOrVariables(from);
                if (!named.isEmpty()) {
                    problems.add(new Problem(
                            "services." + service.name() + ".discover",
                            "names a file or a variable by " + String.join(", ", named)
                                    + " (expected: none in a text from elsewhere; a configuration file may)"));
                }
            }
        }
        return problems;
    }

    /** What this machine lacks is no reason to lose a service that it has: such a text counts for nothing. */
    private static void keys(ServiceSpec service, List<Problem> problems) {
        try {
            BalancerRegistry.checkKeys(service.balancer());
        } catch (IllegalArgumentException e) {
            problems.add(new Problem("services." + service.name() + ".balancer", String.valueOf(e.getMessage())));
        }
    }
}
