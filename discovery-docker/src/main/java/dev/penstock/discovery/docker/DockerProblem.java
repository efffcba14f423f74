package dev.penstock.discovery.docker;

import java.net.ConnectException;
import org.jspecify.annotations.Nullable;

/** The daemon gave no answer that counts; the message says why, in one sentence for a person. */
final class DockerProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The status of the answer; 0 if there was none. */
    private final int status;

    DockerProblem(String message) {
        this(0, message);
    }

    DockerProblem(int status, String message) {
        this(status, message, null);
    }

    private DockerProblem(int status, String message, @Nullable Throwable cause) {
        super(message, cause, false, false); // expected, often, and told by its message alone
        this.status = status;
    }

    /** Nobody answered; the cause says so to core, which then asks again sooner. */
    static DockerProblem unreachable(String message) {
        return new DockerProblem(0, message, new ConnectException(message));
    }

    int status() {
        return status;
    }
}
