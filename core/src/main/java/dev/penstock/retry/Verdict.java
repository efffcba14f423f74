package dev.penstock.retry;

/** Whether a failed request gets another attempt, or why not. */
public enum Verdict {
    /** It does. */
    RETRY,
    /** It had all its attempts. */
    ATTEMPTS,
    /** Requests are not repeated after such a failure. */
    FAILURE,
    /** The request may have arrived, and its method may not be repeated. */
    METHOD,
    /** The request may have arrived, and what was sent of it is not kept, or something of an answer was passed on. */
    BODY,
    /** There is no time left. */
    DEADLINE,
    /** Retries have had their share of the traffic. */
    BUDGET
}
