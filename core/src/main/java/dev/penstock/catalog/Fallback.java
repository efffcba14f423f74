package dev.penstock.catalog;

import static java.util.Objects.requireNonNull;

import dev.penstock.endpoint.ServiceName;
import dev.penstock.time.Durations;
import java.time.Duration;
import java.util.Set;

/**
 * Who stands in for a service that refuses, cannot be reached or answers badly. Immutable.
 *
 * @param service another service; it may have a fallback of its own
 * @param statuses answers that are as good as none, to requests that may be repeated; {@code 400..599}, may be empty
 * @param probe after no endpoint could be reached, how long before a request tries again; the others go to the fallback
 * @param credentials whether it gets what the client proves itself by: {@code Authorization} and {@code Cookie}
 */
public record Fallback(ServiceName service, Set<Integer> statuses, Duration probe, boolean credentials) {
    /** The answers that are as good as none where nothing is said about it. */
    public static final Set<Integer> DEFAULT_STATUSES = Set.of(500, 502, 503, 504);

    /** How long before a request tries again where nothing is said about it. */
    public static final Duration DEFAULT_PROBE = Duration.ofSeconds(5);

    /** Checks the ranges, copies the set. */
    public Fallback {
        requireNonNull(service, "service");
        statuses = Set.copyOf(statuses);
        for (int status : statuses) {
            if (status < 400 || status > 599) {
                throw new IllegalArgumentException("statuses: " + status + " (expected: 400..599)");
            }
        }
        Durations.checkPositive("probe", probe);
    }

    /**
     * A fallback with the documented defaults: in place of 500, 502, 503 and 504, and tried again after 5 s, with the
     * client's credentials.
     *
     * @param service the name of another service
     * @return the fallback
     */
    public static Fallback to(String service) {
        return new Fallback(ServiceName.of(service), DEFAULT_STATUSES, DEFAULT_PROBE, true);
    }

    /**
     * The same in place of other answers.
     *
     * @param statuses see {@link #statuses()}
     * @return a copy
     */
    public Fallback withStatuses(Set<Integer> statuses) {
        return new Fallback(service, statuses, probe, credentials);
    }

    /**
     * The same, tried again earlier or later.
     *
     * @param probe see {@link #probe()}
     * @return a copy
     */
    public Fallback withProbe(Duration probe) {
        return new Fallback(service, statuses, probe, credentials);
    }

    /**
     * The same with or without what the client proves itself by.
     *
     * @param credentials see {@link #credentials()}
     * @return a copy
     */
    public Fallback withCredentials(boolean credentials) {
        return new Fallback(service, statuses, probe, credentials);
    }
}
