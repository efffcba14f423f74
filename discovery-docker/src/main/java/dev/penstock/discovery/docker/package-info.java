/**
 * Endpoints and routes from Docker: containers by variable, by label and by Compose's labels, classic Swarm, Swarm mode.
 *
 * <p>Start at {@link dev.penstock.discovery.docker.DockerDiscoveryFactory} and {@link
 * dev.penstock.discovery.docker.DockerCatalogFactory}. Inside, from the wire upwards: {@code DockerApi} asks the daemon,
 * {@code DaemonReader} and {@code SwarmReader} make {@code Thing}s of its answers, {@code Daemon} keeps the newest
 * {@code Snapshot}, {@code View} reads it by {@code Conventions} into services and routes.
 */
@NullMarked
package dev.penstock.discovery.docker;

import org.jspecify.annotations.NullMarked;
