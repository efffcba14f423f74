package dev.penstock.label;

import static java.util.Objects.requireNonNull;

import dev.penstock.middleware.Middleware;
import dev.penstock.route.Match;
import java.util.List;

/**
 * A route that labels define. Immutable.
 *
 * @param name unique within its thing
 * @param match its condition
 * @param priority a higher number is asked first
 * @param service where matching requests go; not always a service of the same thing
 * @param middleware what stands between it and its service, in this order
 */
public record LabelRoute(String name, Match match, int priority, String service, List<Middleware> middleware) {
    /** Checks for null and copies the list. */
    public LabelRoute {
        middleware = List.copyOf(middleware);
        requireNonNull(name, "name");
        requireNonNull(match, "match");
        requireNonNull(service, "service");
    }

    /**
     * A route with nothing in its way.
     *
     * @param name see {@link #name()}
     * @param match see {@link #match()}
     * @param priority see {@link #priority()}
     * @param service see {@link #service()}
     */
    public LabelRoute(String name, Match match, int priority, String service) {
        this(name, match, priority, service, List.of());
    }
}
