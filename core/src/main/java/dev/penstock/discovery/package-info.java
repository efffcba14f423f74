/**
 * Where the endpoints of a service are: a {@link dev.penstock.discovery.Discovery} is watched, a
 * {@link dev.penstock.discovery.Watch} pushes {@link dev.penstock.discovery.ServiceState}s.
 */
@NullMarked
package dev.penstock.discovery;

import org.jspecify.annotations.NullMarked;
