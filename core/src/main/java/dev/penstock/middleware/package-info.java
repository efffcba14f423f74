/**
 * What may stand between a route and its service: who is let in, how often, and what is changed on the way. Start at
 * {@link dev.penstock.middleware.Middleware} for the settings, {@link dev.penstock.middleware.RouteGate} for what is done.
 */
@NullMarked
package dev.penstock.middleware;

import org.jspecify.annotations.NullMarked;
