package dev.penstock.route;

import static java.util.Objects.requireNonNull;

/** What a router decided. Immutable; made once per route, not per request. */
public sealed interface Routing {
    /** No route matches. */
    NoMatch NO_MATCH = new NoMatch();

    /**
     * The request goes to the service of a route.
     *
     * @param route the route that matched
     */
    record To(Route route) implements Routing {
        /** Checks for null. */
        public To {
            requireNonNull(route, "route");
        }
    }

    /**
     * The request is answered with a status and goes nowhere.
     *
     * @param status {@code 400..599}
     * @param reason a fixed token, as in {@code request_denied}
     */
    record Reject(int status, String reason) implements Routing {
        /** Checks the range of the status. */
        public Reject {
            requireNonNull(reason, "reason");
            if (status < 400 || status > 599) {
                throw new IllegalArgumentException("status: " + status + " (expected: 400..599)");
            }
        }
    }

    /** No route matches. */
    record NoMatch() implements Routing {}
}
