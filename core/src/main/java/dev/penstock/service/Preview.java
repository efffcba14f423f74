package dev.penstock.service;

import dev.penstock.endpoint.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * What acquiring would give at one moment. Immutable. Either an endpoint or a refusal.
 *
 * @param snapshot what it was decided by
 * @param picked the endpoint; null where the request would be refused
 * @param refusal why there is none; null where there is one
 */
public record Preview(
        Snapshot snapshot,
        @Nullable Endpoint picked,
        @Nullable Refusal refusal) {}
