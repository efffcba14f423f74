package dev.penstock.middleware;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/** What the middleware of a route says of a request. Immutable. */
public sealed interface Verdict {
    /** It goes on to the service. */
    Pass PASS = new Pass();

    /** It goes on to the service. */
    record Pass() implements Verdict {}

    /**
     * It is answered, and goes nowhere.
     *
     * @param status {@code 200..599}
     * @param reason a fixed token that says why; empty where nothing is wrong
     * @param headers of the answer
     */
    record Answered(int status, String reason, Map<String, String> headers) implements Verdict {
        /** Copies the headers. */
        public Answered {
            requireNonNull(reason, "reason");
            headers = Map.copyOf(headers);
        }
    }

    /**
     * It is not known yet: something slow is to be done first, on another thread, and then {@link Passage#go()} once more.
     *
     * @param work takes a processor for long, so that few should be done at the same time; to be run once, also where the
     *     request has ended meanwhile
     */
    record Undecided(Runnable work) implements Verdict {
        /** Checks for null. */
        public Undecided {
            requireNonNull(work, "work");
        }
    }
}
