/**
 * Endpoints from Consul: {@link dev.penstock.discovery.consul.ConsulFactory} reads the health of registered services,
 * {@link dev.penstock.discovery.consul.ConsulKvFactory} the layout that registrator keeps in the key-value store.
 * As catalogs, {@link dev.penstock.discovery.consul.ConsulCatalogFactory} makes routes of tags and {@link
 * dev.penstock.discovery.consul.ConsulKvCatalogFactory} opens a port for each service of registrator.
 */
@NullMarked
package dev.penstock.discovery.consul;

import org.jspecify.annotations.NullMarked;
