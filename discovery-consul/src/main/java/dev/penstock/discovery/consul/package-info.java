/**
 * Endpoints from Consul: {@link dev.penstock.discovery.consul.ConsulFactory} reads the health of registered services,
 * {@link dev.penstock.discovery.consul.ConsulKvFactory} the layout that registrator keeps in the key-value store.
 */
@NullMarked
package dev.penstock.discovery.consul;

import org.jspecify.annotations.NullMarked;
