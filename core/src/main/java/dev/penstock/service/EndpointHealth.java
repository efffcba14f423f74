package dev.penstock.service;

import dev.penstock.health.Health;

/**
 * What a service knows of the health of one endpoint at one moment. Immutable.
 *
 * @param drained whether it was drained by hand
 * @param health what active checks say
 * @param evidence what the last check saw; empty if there was none
 */
public record EndpointHealth(boolean drained, Health health, String evidence) {
    static final EndpointHealth NONE = new EndpointHealth(false, Health.UNKNOWN, "");
}
