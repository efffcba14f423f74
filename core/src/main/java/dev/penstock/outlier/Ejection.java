package dev.penstock.outlier;

import java.time.Duration;

/**
 * An endpoint is to get no requests for a while. Immutable.
 *
 * @param id of the endpoint
 * @param why one sentence: the evidence
 * @param times which one in a row, {@code >= 1}
 * @param length how long it lasts
 * @param untilNanos reading of the ticker at which it is over
 */
public record Ejection(String id, String why, int times, Duration length, long untilNanos) {}
