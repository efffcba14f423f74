package dev.penstock.load;

/** How an attempt ended, as far as the endpoint is concerned. */
public enum Outcome {
    /** An answer came through whole, of a status below 500. */
    SUCCESS(false),
    /** An answer came through whole, of a status of 500 or more. */
    ERROR_ANSWER(true),
    /** No connection came about: nothing was sent. */
    CONNECT_FAILED(true),
    /** The endpoint took too long. */
    TIMED_OUT(true),
    /** The connection broke, or the answer was malformed, after the request was sent in part or whole. */
    BROKEN(true),
    /** This side gave up: the client left, or the lease was closed without a word. Says nothing about the endpoint. */
    CANCELLED(false);

    private final boolean failed;

    Outcome(boolean failed) {
        this.failed = failed;
    }

    /**
     * Tells whether the endpoint is to blame.
     *
     * @return true for a failure of the endpoint
     */
    public boolean failed() {
        return failed;
    }
}
