package dev.penstock.discovery.zookeeper;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.DiscoveryFactory;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.endpoint.ServiceName;
import java.net.URI;

/** {@link ZooKeeperFactory} for {@code zk://host:2181/base/name}. Thread-safe. */
public final class ZkFactory implements DiscoveryFactory {
    private final ZooKeeperFactory whole = new ZooKeeperFactory();

    /** With the variables of the process's environment. */
    public ZkFactory() {}

    @Override
    public String scheme() {
        return ZooKeeperUri.SHORT;
    }

    @Override
    public URI shared(URI uri) {
        return whole.shared(uri);
    }

    @Override
    public ServiceQuery query(ServiceName service, URI uri) {
        return whole.query(service, uri);
    }

    @Override
    public Discovery open(URI shared, DiscoveryContext context) {
        return whole.open(shared, context);
    }
}
