package dev.penstock.discovery.zookeeper;

import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogFactory;
import dev.penstock.discovery.DiscoveryContext;
import java.net.URI;

/** {@link ZooKeeperCatalogFactory} for {@code zk://host:2181/services}. Thread-safe. */
public final class ZkCatalogFactory implements CatalogFactory {
    private final ZooKeeperCatalogFactory whole = new ZooKeeperCatalogFactory();

    /** With the variables of the process's environment. */
    public ZkCatalogFactory() {}

    @Override
    public String scheme() {
        return ZooKeeperUri.SHORT;
    }

    @Override
    public void check(URI uri) {
        whole.check(uri);
    }

    @Override
    public Catalog open(URI uri, DiscoveryContext context) {
        return whole.open(uri, context);
    }
}
