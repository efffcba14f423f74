package dev.penstock.tls;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whether clients have to show a certificate, and whose word counts. Immutable.
 *
 * @param demand how much is asked
 * @param ca a file of PEM certificates; a client's certificate must come from one of them. Null only where none is asked for
 */
public record ClientCertificates(Demand demand, @Nullable Path ca) {
    /** None is asked for. */
    public static final ClientCertificates OFF = new ClientCertificates(Demand.OFF, null);

    /** How much is asked of a client. */
    public enum Demand {
        /** Nothing. */
        OFF,
        /** A client without a certificate is served; one with a wrong certificate is not. */
        OPTIONAL,
        /** A client without a certificate is refused. */
        REQUIRED
    }

    /** Checks that whoever asks says whose certificates count. */
    public ClientCertificates {
        requireNonNull(demand, "demand");
        if (demand != Demand.OFF && ca == null) {
            throw new IllegalArgumentException("ca: none (expected: a file, where certificates are asked for)");
        }
    }

    /**
     * Tells whether a certificate is asked for at all.
     *
     * @return true unless the demand is off
     */
    public boolean isOn() {
        return demand != Demand.OFF;
    }
}
