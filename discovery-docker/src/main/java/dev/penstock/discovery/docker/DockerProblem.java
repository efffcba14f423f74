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

    DockerProblem(int status, String message, @Nullable Throwable cause) {
        super(message, cause, false, false); // expected, often, and told by its message alone
        this.status = status;
    }

    /** Nobody answered, which the kind of its cause says to core: it then asks again sooner. */
    static DockerProblem unreachable(String message, Throwable cause) {
        var unreachable = new ConnectException(message);
        unreachable.initCause(cause);
        return new DockerProblem(0, message, unreachable);
    }

    int status() {
        return status;
    }
}
