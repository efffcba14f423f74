package dev.penstock.discovery.docker;

/** The daemon gave no answer that counts; the message says why, in one sentence for a person. */
final class DockerProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The status of the answer; 0 if there was none. */
    private final int status;

    DockerProblem(String message) {
        this(0, message);
    }

    DockerProblem(int status, String message) {
        super(message, null, false, false); // expected, often, and told by its message alone
        this.status = status;
    }

    int status() {
        return status;
    }
}
