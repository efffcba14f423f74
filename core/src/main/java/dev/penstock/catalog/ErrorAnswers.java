package dev.penstock.catalog;

/**
 * How a listener answers what it cannot send on. Immutable.
 *
 * @param noRouteStatus the status where no route matches: {@code 404} or {@code 503}
 * @param noEndpointsStatus the status where the service has no endpoint that may be used: {@code 404} or {@code 503}
 * @param reasonHeader whether the answer says why in a Proxy-Status header of fixed tokens (RFC 9209)
 */
public record ErrorAnswers(int noRouteStatus, int noEndpointsStatus, boolean reasonHeader) {
    /** Checks the statuses. */
    public ErrorAnswers {
        check("noRoute", noRouteStatus);
        check("noEndpoints", noEndpointsStatus);
    }

    private static void check(String what, int status) {
        if (status != 404 && status != 503) {
            throw new IllegalArgumentException(what + ": " + status + " (expected: 404 or 503)");
        }
    }

    /**
     * The documented defaults.
     *
     * @return 404, 503, with the reason
     */
    public static ErrorAnswers defaults() {
        return new ErrorAnswers(404, 503, true);
    }

    /**
     * The same with another status where no route matches.
     *
     * @param noRouteStatus see {@link #noRouteStatus()}
     * @return a copy
     */
    public ErrorAnswers withNoRouteStatus(int noRouteStatus) {
        return new ErrorAnswers(noRouteStatus, noEndpointsStatus, reasonHeader);
    }

    /**
     * The same with another status where a service has no endpoint.
     *
     * @param noEndpointsStatus see {@link #noEndpointsStatus()}
     * @return a copy
     */
    public ErrorAnswers withNoEndpointsStatus(int noEndpointsStatus) {
        return new ErrorAnswers(noRouteStatus, noEndpointsStatus, reasonHeader);
    }
}
