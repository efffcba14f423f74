package dev.penstock.catalog;

/**
 * How a listener answers what it cannot send on. Immutable.
 *
 * @param noRouteStatus the status where no route matches: {@code 404} or {@code 503}
 * @param reasonHeader whether the answer says why in a Proxy-Status header of fixed tokens (RFC 9209)
 */
public record ErrorAnswers(int noRouteStatus, boolean reasonHeader) {
    /** Checks the status. */
    public ErrorAnswers {
        if (noRouteStatus != 404 && noRouteStatus != 503) {
            throw new IllegalArgumentException("noRoute: " + noRouteStatus + " (expected: 404 or 503)");
        }
    }

    /**
     * The documented defaults.
     *
     * @return 404, with the reason
     */
    public static ErrorAnswers defaults() {
        return new ErrorAnswers(404, true);
    }

    /**
     * The same with another status where no route matches.
     *
     * @param noRouteStatus see {@link #noRouteStatus()}
     * @return a copy
     */
    public ErrorAnswers withNoRouteStatus(int noRouteStatus) {
        return new ErrorAnswers(noRouteStatus, reasonHeader);
    }
}
