package dev.penstock.proxy;

/**
 * Code that gives certificates, and how much it is asked. Immutable.
 *
 * @param supplier the code
 * @param mostOpen questions that may be open at once: each is a client that waits
 */
record Supplying(CertificateSupplier supplier, int mostOpen) {
    static final int DEFAULT_OPEN = 256;
    static final int MAX_OPEN = 1_000_000;

    Supplying {
        if (mostOpen < 1 || mostOpen > MAX_OPEN) {
            throw new IllegalArgumentException("mostOpen: " + mostOpen + " (expected: 1.." + MAX_OPEN + ")");
        }
    }
}
