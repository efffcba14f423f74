package dev.penstock.discovery.zookeeper;

import dev.penstock.discovery.ClusterUri;
import java.net.URI;
import java.util.Set;
import org.apache.zookeeper.common.PathUtils;

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

    /**
     * Takes the URI of a catalog apart.
     *
     * @param known the options that may stand in it besides those of the source
     */
    static ClusterUri ofCatalog(URI uri, Set<String> known) {
        ClusterUri parsed = ClusterUri.of(FORM, uri, known);
        checkPath(parsed.path().isEmpty() ? "services" : parsed.path());
        return parsed;
    }

    /** Refuses what is no path of ZooKeeper. */
    static void checkPath(String path) {
        try {
            PathUtils.validatePath("/" + path);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "path: \"" + path + "\" (expected: names between slashes, none empty, \".\" or \"..\")", e);
        }
    }
}
