package dev.penstock.health;

import static java.util.Objects.requireNonNull;

/**
 * What came of one check. Immutable.
 *
 * @param good whether the endpoint did as it should
 * @param evidence what was seen, in a few words without secrets, as in {@code status 503}
 */
public record CheckResult(boolean good, String evidence) {
    private static final int LONGEST = 200;

    /** Cuts what is too long. */
    public CheckResult {
        requireNonNull(evidence, "evidence");
        if (evidence.length() > LONGEST) {
            evidence = evidence.substring(0, LONGEST) + "...";
        }
    }
}
