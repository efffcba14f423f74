/**
 * Endpoints from ZooKeeper: {@link dev.penstock.discovery.zookeeper.ZooKeeperFactory} reads the layouts of Curator's
 * service discovery and of registrator, {@link dev.penstock.discovery.zookeeper.ZkFactory} is the same under a short name.
 */
@NullMarked
package dev.penstock.discovery.zookeeper;

import org.jspecify.annotations.NullMarked;
