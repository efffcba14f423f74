package dev.penstock.admin;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a running program says of one listener. Immutable.
 *
 * @param address where it is bound, or is to be
 * @param connections of clients that are open
 * @param refused how many clients were refused or cut off, by reason
 * @param tls how it does TLS; null: it does none
 * @param problem why it is not bound, one sentence; empty: it is
 */
public record ListenerFacts(
        String address,
        int connections,
        Map<String, Long> refused,
        @Nullable TlsFacts tls,
        String problem) {
    /** Copies the counts. */
    public ListenerFacts {
        requireNonNull(problem, "problem");
        refused = Map.copyOf(refused);
    }
}
