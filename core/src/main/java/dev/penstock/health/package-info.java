/**
 * Active health checks: a {@link dev.penstock.health.Prober} asks one endpoint, {@link dev.penstock.health.CheckSpec} says
 * what and how often, {@link dev.penstock.health.Health} is what comes of it.
 */
@NullMarked
package dev.penstock.health;

import org.jspecify.annotations.NullMarked;
