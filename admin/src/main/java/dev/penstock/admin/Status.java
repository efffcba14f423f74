package dev.penstock.admin;

/** Whether the program serves, in the words of {@code /status}. */
public enum Status {
    /** Not every source has answered yet. */
    INITIALIZING(503),
    /** It serves. */
    OK(200),
    /** It was told to end. */
    TERMINATING(503);

    private final int httpStatus;

    Status(int httpStatus) {
        this.httpStatus = httpStatus;
    }

    /**
     * The HTTP status that says as much.
     *
     * @return {@code 200} or {@code 503}
     */
    public int httpStatus() {
        return httpStatus;
    }
}
