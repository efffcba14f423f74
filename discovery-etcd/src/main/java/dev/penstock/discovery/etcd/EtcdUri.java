package dev.penstock.discovery.etcd;

import dev.penstock.discovery.ClusterUri;
import java.net.URI;
import java.util.Set;

/** What URIs of ours are made of. Stateless. */
final class EtcdUri {
    static final String SCHEME = "etcd";

    private static final ClusterUri.Form FORM = new ClusterUri.Form(
            SCHEME,
            2379,
            Set.of(
                    "api",
                    "tls",
                    "ca",
                    "cert",
                    "key",
                    "passwordFile",
                    "passwordEnv",
                    "wait",
                    "emptyGuard",
                    "shrinkGuard"),
            Set.of("udp", "tls"));

    private EtcdUri() {}

    /**
     * Takes a URI apart.
     *
     * @param known the options that may stand in it besides those of the source
     */
    static ClusterUri of(URI uri, Set<String> known) {
        return ClusterUri.of(FORM, uri, known);
    }
}
