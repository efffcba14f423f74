package dev.penstock.retry;

/** How an attempt failed before anything of an answer was passed on. */
public enum Failure {
    /** No connection came about: nothing was sent. */
    CONNECT(false),
    /** The connection broke before the answer began. */
    BROKEN(true),
    /** The answer did not begin within the time of one try. */
    TIMEOUT(true),
    /** The answer has a status that asks for another attempt. */
    STATUS(true);

    private final boolean arrived;

    Failure(boolean arrived) {
        this.arrived = arrived;
    }

    /**
     * Tells whether a byte of the request may have reached the endpoint.
     *
     * @return false only if nothing was sent
     */
    public boolean mayHaveArrived() {
        return arrived;
    }
}
