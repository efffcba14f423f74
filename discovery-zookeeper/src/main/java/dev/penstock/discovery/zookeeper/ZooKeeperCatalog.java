package dev.penstock.discovery.zookeeper;

import dev.penstock.catalog.PolledCatalog;
import dev.penstock.catalog.ServicePorts;
import dev.penstock.catalog.SourceCatalog;
import dev.penstock.discovery.DiscoveryContext;

/** All services that registrator keeps below a path, with their endpoints, by one session. Thread-safe. */
final class ZooKeeperCatalog implements SourceCatalog {
    private final Session session;
    private final PolledCatalog polled;

    ZooKeeperCatalog(ZooKeeperSource source, String path, ServicePorts ports, DiscoveryContext context) {
        session = new Session(source, context, this::changed);
        var tree = new Tree(session, source.name(), path, ports);
        polled = new PolledCatalog(source.name(), tree::read, source.rules(), context);
    }

    /** What an event says is only a hint; what is read afterwards counts. */
    private void changed(String path) {
        polled.hint();
    }

    @Override
    public PolledCatalog polled() {
        return polled;
    }

    @Override
    public void release() {
        session.close();
    }
}
