package dev.penstock.service;

import dev.penstock.catalog.HealthSpec;
import dev.penstock.endpoint.Endpoint;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The health of the endpoints of one service, by id: kept over changes of the set, the rule and the definition, and for a
 * while over absence. Written on the serial executor of its service, read on any thread.
 */
final class HealthBook {
    /** Absent endpoints that are remembered at most, besides as many as there are present; and of those drained as many. */
    static final int MOST_ABSENT = 1_024;

    private final Map<String, Vitals> all = new ConcurrentHashMap<>();
    private volatile boolean allDrained;
    private volatile HealthSpec spec;
    private boolean begun;

    HealthBook(HealthSpec spec) {
        this.spec = spec;
    }

    void follow(HealthSpec next) {
        spec = next;
    }

    HealthSpec spec() {
        return spec;
    }

    /** What is known of a member, which is one from now on; the second argument is called where it has moved. */
    Vitals member(Endpoint endpoint, long nowNanos, Runnable moved) {
        Vitals known = all.get(endpoint.id());
        if (known != null && (known.drained() || !known.absentLongerThan(graceNanos(), nowNanos))) {
            if (known.describe(endpoint)) {
                moved.run();
            }
            return known;
        }
        if (known != null) {
            moved.run();
        }
        var fresh = new Vitals(endpoint, nowNanos, !begun);
        all.put(endpoint.id(), fresh);
        return fresh;
    }

    /** All members have been named. */
    Set<String> end(Set<String> members, long nowNanos) {
        begun = true;
        if (all.size() > members.size()) {
            boolean tooMany = all.size() > 2 * members.size() + MOST_ABSENT;
            all.forEach((id, vitals) -> {
                if (!members.contains(id)) {
                    vitals.missing(nowNanos);
                }
            });
            all.values()
                    .removeIf(vitals -> vitals.isAbsent()
                            && !vitals.drained()
                            && (tooMany || vitals.absentLongerThan(graceNanos(), nowNanos)));
            forgetDrained(nowNanos);
        }
        return new HashSet<>(all.keySet());
    }

    /** Those that have been absent for the longest, where there are too many. */
    private void forgetDrained(long nowNanos) {
        Set<Vitals> tooMany = all.values().stream()
                .filter(vitals -> vitals.isAbsent() && vitals.drained())
                .sorted(Comparator.comparingLong(vitals -> vitals.absentForNanos(nowNanos)))
                .skip(MOST_ABSENT)
                .collect(Collectors.toSet());
        all.values().removeAll(tooMany);
    }

    private long graceNanos() {
        return spec.slowStart().grace().toNanos();
    }

    @Nullable
    Vitals of(String id) {
        return all.get(id);
    }

    Collection<Vitals> all() {
        return all.values();
    }

    /** Takes one endpoint, or all of them where there is no id, out of use, or into use again. */
    void drain(@Nullable String id, boolean out) {
        if (id == null) {
            allDrained = out;
            return;
        }
        Vitals vitals = all.get(id);
        if (vitals != null) {
            vitals.drain(out);
        }
    }

    /** Whether the service as a whole was drained. */
    boolean allDrained() {
        return allDrained;
    }

    /** Why an endpoint is not picked by hand; empty if it may be. */
    String drain(Vitals vitals) {
        if (allDrained) {
            return "the service is drained";
        }
        return vitals.drained() ? "drained" : "";
    }

    EndpointHealth shown(String id) {
        Vitals vitals = all.get(id);
        return vitals == null ? EndpointHealth.NONE : vitals.shown();
    }
}
