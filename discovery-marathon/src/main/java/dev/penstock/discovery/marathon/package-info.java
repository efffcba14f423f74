/**
 * Endpoints and service ports from Marathon 0.8 to 1.11: {@link dev.penstock.discovery.marathon.MarathonFactory} serves the
 * tasks of an app or of a service port, {@link dev.penstock.discovery.marathon.MarathonCatalogFactory} opens the service ports
 * of all.
 */
@NullMarked
package dev.penstock.discovery.marathon;

import org.jspecify.annotations.NullMarked;
