package dev.penstock.discovery.dns;

import java.net.ConnectException;
import org.jspecify.annotations.Nullable;

/** DNS gave no answer that counts; the message says why, in one sentence for a person. */
final class DnsProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DnsProblem(String message) {
        this(message, null);
    }

    DnsProblem(String message, @Nullable Throwable cause) {
        super(message, cause, false, false); // expected, often, and told by its message alone
    }

    /** No nameserver answered at all, which the kind of the cause says to core: it then asks again sooner. */
    static DnsProblem unreachable(String message) {
        return new DnsProblem(message, new ConnectException(message));
    }
}
