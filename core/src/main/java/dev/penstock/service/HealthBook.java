package dev.penstock.service;

import dev.penstock.catalog.HealthSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.health.Health;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The health of the endpoints of one service, by id: kept over changes of the set, the rule and the definition. Written on
 * the serial executor of its service.
 */
final class HealthBook {
    private HealthSpec spec;
    private final Set<String> drained = new HashSet<>();
    private volatile Set<String> shown = Set.of();
    private volatile boolean allDrained;

    HealthBook(HealthSpec spec) {
        this.spec = spec;
    }

    /** Goes by another definition from now on. */
    void follow(HealthSpec next) {
        spec = next;
    }

    HealthSpec spec() {
        return spec;
    }

    /** Takes one endpoint, or all of them, out of use, or into use again. */
    void drain(@Nullable String id, boolean out) {
        if (id == null) {
            allDrained = out;
        } else if (out ? drained.add(id) : drained.remove(id)) {
            shown = Set.copyOf(drained);
        }
    }

    /** Any thread: whether the service as a whole was drained. */
    boolean allDrained() {
        return allDrained;
    }

    /** Why an endpoint is not picked by hand; empty if it may be. */
    String drain(Endpoint endpoint) {
        if (allDrained) {
            return "the service is drained";
        }
        return drained.contains(endpoint.id()) ? "drained" : "";
    }

    /** Any thread. */
    EndpointHealth of(String id) {
        return shown.contains(id) ? new EndpointHealth(true, Health.UNKNOWN, "") : EndpointHealth.NONE;
    }
}
