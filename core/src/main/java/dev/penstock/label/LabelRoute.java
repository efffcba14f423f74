package dev.penstock.label;

import static java.util.Objects.requireNonNull;

import dev.penstock.route.Match;

/**
 * A route that labels define. Immutable.
 *
 * @param name unique within its thing
 * @param match its condition
 * @param priority a higher number is asked first
 * @param service where matching requests go; not always a service of the same thing
 */
public record LabelRoute(String name, Match match, int priority, String service) {
    /** Checks for null. */
    public LabelRoute {
        requireNonNull(name, "name");
        requireNonNull(match, "match");
        requireNonNull(service, "service");
    }
}
