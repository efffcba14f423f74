package dev.penstock.service;

/** Why a request is refused. */
public enum Reason {
    /** No route matches. */
    NO_ROUTE(404),
    /** The router rejects the request; {@link dev.penstock.route.Routing.Reject} says with which status. */
    REJECTED(403),
    /** The route leads to a service that does not exist. */
    NO_SERVICE(503),
    /** The endpoints of the service are not known yet: its sources have not answered, or one fails and no other has any. */
    NOT_READY(503),
    /** The service has no endpoint that may be used. */
    NO_ENDPOINTS(503),
    /** None of the endpoints is healthy. */
    UNHEALTHY(503),
    /** The service, or each endpoint of it, is drained. */
    DRAINING(503),
    /** As many requests as may are at the endpoints of the service already, and as many wait as may, or too long. */
    OVERLOADED(503),
    /** Too many requests failed: for a while none is sent. */
    CIRCUIT_OPEN(503),
    /** None of the endpoints could be reached lately. */
    UNREACHABLE(503),
    /** The balancer failed. */
    BALANCER_FAILED(503),
    /** The service is closed. */
    CLOSED(503);

    private final int status;

    Reason(int status) {
        this.status = status;
    }

    /**
     * The HTTP status that says as much.
     *
     * @return {@code 403}, {@code 404} or {@code 503}
     */
    public int status() {
        return status;
    }
}
