package dev.penstock.admin;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The TLS of one listener, for people. Immutable.
 *
 * @param certificates those in use, in the order defined
 * @param refused clients refused before their first request, by reason
 */
public record TlsFacts(List<Certificate> certificates, Map<String, Long> refused) {
    /** Copies both. */
    public TlsFacts {
        certificates = List.copyOf(certificates);
        refused = Map.copyOf(refused);
    }

    /**
     * A certificate in use. Immutable.
     *
     * @param names those that it is shown for
     * @param file where it was read
     * @param notAfter when it expires
     * @param clients what it asks of clients: {@code off}, {@code optional}, {@code required}
     * @param problem what is wrong with the file that should have replaced it; empty if nothing is
     */
    public record Certificate(List<String> names, String file, Instant notAfter, String clients, String problem) {
        /** Copies the list. */
        public Certificate {
            names = List.copyOf(names);
        }
    }
}
