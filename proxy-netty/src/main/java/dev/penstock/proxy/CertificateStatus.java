package dev.penstock.proxy;

import java.time.Instant;
import java.util.List;

/**
 * A certificate in use, for people. Immutable.
 *
 * @param names those that it is shown for
 * @param file where it was read
 * @param notAfter when it expires
 * @param clients what it asks of clients: {@code off}, {@code optional}, {@code required}
 * @param problem what is wrong with the file that should have replaced it; empty if nothing is
 */
public record CertificateStatus(List<String> names, String file, Instant notAfter, String clients, String problem) {
    /** Copies the list. */
    public CertificateStatus {
        names = List.copyOf(names);
    }
}
