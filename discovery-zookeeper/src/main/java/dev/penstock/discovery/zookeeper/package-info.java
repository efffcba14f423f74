/**
 * Endpoints and service ports from ZooKeeper: {@link dev.penstock.discovery.zookeeper.ZooKeeperFactory} reads the layouts of Curator's
 * service discovery and of registrator, {@link dev.penstock.discovery.zookeeper.ZkFactory} is the same under a short name.
 * {@link dev.penstock.discovery.zookeeper.ZooKeeperCatalogFactory} opens a port for each service of registrator,
 * {@link dev.penstock.discovery.zookeeper.ZkCatalogFactory} is that under the short name.
 */
@NullMarked
package dev.penstock.discovery.zookeeper;

import org.jspecify.annotations.NullMarked;
