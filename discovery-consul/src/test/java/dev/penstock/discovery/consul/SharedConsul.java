package dev.penstock.discovery.consul;

import dev.penstock.testkit.SharedServer;

/** Gives tests one agent, without services and keys. Confined to tests that run one at a time. */
final class SharedConsul extends SharedServer<ConsulServer> {
    SharedConsul() {
        super(ConsulServer.class, ConsulServer::start);
    }

    @Override
    protected void prepare(ConsulServer server) {
        server.clear();
    }
}
