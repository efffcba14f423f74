package dev.penstock.proxy;

import dev.penstock.load.Outcome;

/** Why an answer does not come to its end, through the fault of its endpoint. Immutable. */
@SuppressWarnings("ImmutableEnumChecker") // an ErrorAnswer is immutable, its bytes never change
enum UpstreamFault {
    /** The connection is gone. */
    LOST(ErrorAnswer.CONNECTION_TERMINATED, Outcome.BROKEN),
    /** What came is no answer. */
    MALFORMED(ErrorAnswer.MALFORMED_ANSWER, Outcome.BROKEN),
    /** The fields of the answer are more than may be, or longer. */
    FIELDS_TOO_LARGE(ErrorAnswer.ANSWER_FIELDS_TOO_LARGE, Outcome.BROKEN),
    /** The endpoint has said nothing for too long. */
    SILENT(ErrorAnswer.ANSWER_TIMEOUT, Outcome.TIMED_OUT);

    private final ErrorAnswer answer;
    private final Outcome outcome;

    UpstreamFault(ErrorAnswer answer, Outcome outcome) {
        this.answer = answer;
        this.outcome = outcome;
    }

    /** What the client is told. */
    ErrorAnswer answer() {
        return answer;
    }

    /** What the endpoint is held to have done. */
    Outcome outcome() {
        return outcome;
    }
}
