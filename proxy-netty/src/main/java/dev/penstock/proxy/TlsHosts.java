package dev.penstock.proxy;

import dev.penstock.tls.ClientCertificates;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which virtual host a server name belongs to: an exact name, else a wildcard for its first label, else the one for unknown
 * names. Immutable.
 */
final class TlsHosts {
    /** Nobody is met. */
    static final TlsHosts NONE = new TlsHosts(List.of(), null, ClientCertificates.OFF);

    private final List<TlsHost> all;
    private final Map<String, TlsHost> exact = new HashMap<>();
    private final Map<String, TlsHost> below = new HashMap<>();
    private final @Nullable TlsHost unknown;
    private final ClientCertificates unknownClients;

    /**
     * A table.
     *
     * @param all where two have a name, the earlier one gets it
     * @param unknown for names that none of them has; null: such clients are refused
     * @param unknownClients what is asked of clients under such names, also where code gives the certificate
     */
    TlsHosts(List<TlsHost> all, @Nullable TlsHost unknown, ClientCertificates unknownClients) {
        this.all = List.copyOf(all);
        this.unknown = unknown;
        this.unknownClients = unknownClients;
        for (TlsHost host : all) {
            for (String name : host.names()) {
                if (name.startsWith("*.")) {
                    below.putIfAbsent(name.substring(1), host);
                } else {
                    exact.putIfAbsent(name, host);
                }
            }
        }
    }

    List<TlsHost> all() {
        return all;
    }

    /** The host that has a name; null where none has it. */
    @Nullable
    TlsHost find(String name) {
        TlsHost found = exact.get(name);
        if (found == null) {
            int dot = name.indexOf('.');
            found = dot <= 0 ? null : below.get(name.substring(dot));
        }
        return found;
    }

    /** The host for names that none has; null where there is none. */
    @Nullable
    TlsHost unknown() {
        return unknown;
    }

    /** What is asked of clients that send requests for a host. */
    ClientCertificates clients(String host) {
        TlsHost found = find(host);
        return found == null ? unknownClients : found.clients();
    }
}
