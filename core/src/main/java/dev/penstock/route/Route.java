package dev.penstock.route;

import static java.util.Objects.requireNonNull;

import dev.penstock.endpoint.ServiceName;

/**
 * One rule of a routing table: requests that match go to a service. Immutable.
 *
 * @param name what logs and explanations call it; unique within its table, not blank, neither {@code .} nor {@code ..}
 * @param match the condition
 * @param priority a higher number is asked first, before the default order; {@code 0} unless said otherwise
 * @param service where matching requests go
 */
public record Route(String name, Match match, int priority, ServiceName service) {
    /** Checks for null and blank. */
    public Route {
        requireNonNull(match, "match");
        requireNonNull(service, "service");
        if (name.isBlank()) {
            throw new IllegalArgumentException("route name: \"" + name + "\" (expected: not blank)");
        }
        if (name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException(
                    "route name: \"" + name + "\" (expected: another one; in URLs it means a folder)");
        }
    }
}
