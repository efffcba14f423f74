package dev.penstock.discovery.zookeeper;

import dev.penstock.discovery.ClusterUri;
import java.net.URI;
import java.util.Set;

/** What URIs of ours are made of. Stateless. */
final class ZooKeeperUri {
    static final String SHORT = "zk";
    static final String LONG = "zookeeper";

    /** Takes the port of TLS that an instance has. */
    static final String SSL = "ssl";

    private static final ClusterUri.Form FORM = new ClusterUri.Form(
            SHORT,
            2181,
            Set.of("session", "wait", "passwordFile", "passwordEnv", "emptyGuard", "shrinkGuard"),
            Set.of(SSL));

    private ZooKeeperUri() {}

    static ClusterUri of(URI uri) {
        return ClusterUri.of(FORM, uri, Set.of(SSL));
    }
}
