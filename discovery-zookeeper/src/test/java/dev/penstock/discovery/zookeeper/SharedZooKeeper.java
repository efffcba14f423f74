package dev.penstock.discovery.zookeeper;

import dev.penstock.testkit.SharedServer;

/** Gives tests one server; each takes paths of its own. */
final class SharedZooKeeper extends SharedServer<ZooKeeperServer> {
    SharedZooKeeper() {
        super(ZooKeeperServer.class, ZooKeeperServer::start);
    }
}
