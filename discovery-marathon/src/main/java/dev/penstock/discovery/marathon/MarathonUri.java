package dev.penstock.discovery.marathon;

import dev.penstock.discovery.ClusterUri;
import java.net.URI;
import java.util.Set;

/** What URIs of ours are made of. Stateless. */
final class MarathonUri {
    static final String SCHEME = "marathon";

    private static final ClusterUri.Form FORM = new ClusterUri.Form(
            SCHEME,
            8080,
            Set.of(
                    "tls",
                    "ca",
                    "cert",
                    "key",
                    "passwordFile",
                    "passwordEnv",
                    "tokenFile",
                    "tokenEnv",
                    "interval",
                    "silence",
                    "callback",
                    "emptyGuard",
                    "shrinkGuard"),
            Set.of("tls", "udp"));

    private MarathonUri() {}

    /**
     * Takes a URI apart.
     *
     * @param known the options that may stand in it besides those of the source
     */
    static ClusterUri of(URI uri, Set<String> known) {
        return ClusterUri.of(FORM, uri, known);
    }
}
