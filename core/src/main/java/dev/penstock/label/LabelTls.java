package dev.penstock.label;

import dev.penstock.request.HostName;
import dev.penstock.tls.UpstreamTls;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what labels say of TLS: which requests a route takes, and how endpoints are called. Stateless. */
final class LabelTls {
    private static final String OPTIONS = "tls.options";

    private LabelTls() {}

    /** Our own: {@code tls}, {@code tls.verify}, {@code tls.servername} of a service; null: without. */
    static @Nullable UpstreamTls own(LabelEntry entry) {
        boolean asked = entry.flag("tls", entry.hasBelow("tls."));
        UpstreamTls tls = UpstreamTls.defaults()
                .withVerify(entry.flag("tls.verify", true))
                .withServerName(entry.read("tls.servername", "", "a host name", LabelTls::serverName));
        return asked ? tls : null;
    }

    private static String serverName(String text) {
        String name = HostName.normalise(text);
        if (name == null || name.isEmpty() || !name.equalsIgnoreCase(text)) {
            throw new IllegalArgumentException(text);
        }
        return name;
    }

    /** Traefik's scheme of a service: its endpoints are verified by what the Java runtime trusts, as with Traefik. */
    static @Nullable UpstreamTls traefik(LabelEntry entry) {
        String scheme = entry.read("server.scheme", "http", "http or https; no other scheme is supported yet", text -> {
            if (!text.equalsIgnoreCase("http") && !text.equalsIgnoreCase("https")) {
                throw new IllegalArgumentException(text);
            }
            return text;
        });
        return scheme.equalsIgnoreCase("https") ? UpstreamTls.defaults() : null;
    }

    /**
     * Traefik's {@code tls} of a router: it takes what comes by TLS, and nothing else. Without it a router takes both, since
     * with Traefik an entry point may say so for all of its routers.
     */
    static Set<String> schemes(LabelEntry entry) {
        boolean asked = entry.flag("tls", false) || entry.hasBelow("tls.");
        entry.read(OPTIONS, "", "default; others are not supported yet and may keep clients out", LabelTls::options);
        for (String key : List.of("tls.certresolver", "tls.domains[")) {
            entry.unsupported(key, "to get certificates on demand is");
        }
        return asked ? Set.of("https") : Set.of();
    }

    /** Of other options nobody knows here what they ask of clients: a route without them might be open to all. */
    private static String options(String text) {
        if (!text.equals("default") && !text.startsWith("default@")) {
            throw new IllegalArgumentException(text);
        }
        return text;
    }
}
