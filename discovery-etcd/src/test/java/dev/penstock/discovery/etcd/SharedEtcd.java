package dev.penstock.discovery.etcd;

import dev.penstock.testkit.SharedServer;

/** Gives tests one member; each takes keys of its own. */
final class SharedEtcd extends SharedServer<EtcdServer> {
    SharedEtcd() {
        super(EtcdServer.class, EtcdServer::start);
    }
}
