package dev.penstock.discovery.marathon;

import dev.penstock.discovery.ClusterUri;
import dev.penstock.discovery.UriOptions;
import java.net.URI;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What URIs of ours are made of. Stateless. */
final class MarathonUri {
    static final String SCHEME = "marathon";

    private static final Set<String> FLAGS = Stream.of(Set.of("tls"), Selection.FLAGS, PortRules.FLAGS)
            .flatMap(Set::stream)
            .collect(Collectors.toUnmodifiableSet());

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
            FLAGS);

    private MarathonUri() {}

    /**
     * Takes a URI apart.
     *
     * @param known the options that may stand in it besides those of the source
     */
    static ClusterUri of(URI uri, Set<String> known) {
        return ClusterUri.of(FORM, uri, known);
    }

    /**
     * A service of the same source.
     *
     * @param shared names the source
     * @param app empty: of all apps
     * @param options what of it; may be empty
     */
    static URI service(URI shared, String app, String options) {
        String text = shared.toString();
        int query = text.indexOf('?');
        String base = query < 0 ? text : text.substring(0, query);
        String path = UriOptions.escaped(app).replace("%2F", "/");
        String all = Stream.of(query < 0 ? "" : text.substring(query + 1), options)
                .filter(some -> !some.isEmpty())
                .collect(Collectors.joining("&"));
        return URI.create(base + path + (all.isEmpty() ? "" : "?" + all));
    }
}
