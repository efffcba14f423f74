package dev.penstock.retry;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which requests are repeated after which failures. Immutable.
 *
 * @param failures some of {@link Failure#CONNECT}, {@link Failure#BROKEN} and {@link Failure#TIMEOUT}
 * @param statuses of answers that count as failures, {@code 400..599}
 * @param methods those that may be repeated though the request may have arrived; in upper case
 */
public record RetryWhen(Set<Failure> failures, Set<Integer> statuses, Set<String> methods) {
    /**
     * The methods of which two requests have the effect of one.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2">RFC 9110, 9.2.2, Idempotent Methods</a>
     */
    public static final Set<String> IDEMPOTENT_METHODS = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

    private static final RetryWhen DEFAULTS =
            new RetryWhen(EnumSet.of(Failure.CONNECT, Failure.BROKEN, Failure.TIMEOUT), Set.of(), IDEMPOTENT_METHODS);

    /** Checks the statuses and the methods and copies the sets. */
    public RetryWhen {
        if (failures.contains(Failure.STATUS)) {
            throw new IllegalArgumentException(
                    "failures: STATUS (expected: CONNECT, BROKEN, TIMEOUT; statuses say so)");
        }
        for (int status : statuses) {
            if (status < 400 || status > 599) {
                throw new IllegalArgumentException("statuses: " + status + " (expected: 400..599)");
            }
        }
        for (String method : methods) {
            if (!method.matches("[A-Z][A-Z0-9_-]*")) {
                throw new IllegalArgumentException(
                        "methods: \"" + method + "\" (expected: a method in upper case, as in GET)");
            }
        }
        failures = failures.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(failures));
        statuses = ordered(statuses);
        methods = ordered(methods);
    }

    private static <T extends Comparable<T>> Set<T> ordered(Set<T> set) {
        return Collections.unmodifiableSet(new TreeSet<>(set));
    }

    /**
     * What a service that says nothing repeats.
     *
     * @return idempotent methods after every failure but an answer
     */
    public static RetryWhen defaults() {
        return DEFAULTS;
    }

    /**
     * The same for other failures.
     *
     * @param failures see {@link #failures()}
     * @return a copy
     */
    public RetryWhen withFailures(Set<Failure> failures) {
        return new RetryWhen(failures, statuses, methods);
    }

    /**
     * The same for other statuses.
     *
     * @param statuses see {@link #statuses()}
     * @return a copy
     */
    public RetryWhen withStatuses(Integer... statuses) {
        return new RetryWhen(failures, Set.of(statuses), methods);
    }

    /**
     * The same for other methods.
     *
     * @param methods see {@link #methods()}
     * @return a copy
     */
    public RetryWhen withMethods(Set<String> methods) {
        return new RetryWhen(failures, statuses, methods);
    }

    boolean covers(Failure failure, int status) {
        return failure == Failure.STATUS ? statuses.contains(status) : failures.contains(failure);
    }
}
