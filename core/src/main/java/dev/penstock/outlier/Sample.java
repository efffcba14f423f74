package dev.penstock.outlier;

/**
 * What the counters of one endpoint say at one moment. Immutable.
 *
 * @param id of the endpoint
 * @param eligible whether it gets requests
 * @param ended requests that ended since it was first seen, {@code >= 0}
 * @param failed those of them that it failed, {@code >= 0}
 * @param streak failures since its last success, {@code >= 0}
 */
public record Sample(String id, boolean eligible, long ended, long failed, int streak) {}
