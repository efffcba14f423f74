package dev.penstock.tls;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;

/**
 * A certificate that the proxy shows to clients that ask for one of its names: one virtual host. Immutable.
 *
 * @param names in lower case, as in {@code www.example.com} or {@code *.example.com}; empty: those that the certificate
 *     itself names
 * @param certificate a file of PEM certificates: its own, then the chain
 * @param key a file with the private key in PEM, not encrypted
 * @param clients what these names ask of clients
 */
public record ServerCertificate(List<String> names, Path certificate, Path key, ClientCertificates clients) {
    /** Copies the list. */
    public ServerCertificate {
        names = List.copyOf(names);
        requireNonNull(certificate, "certificate");
        requireNonNull(key, "key");
        requireNonNull(clients, "clients");
    }

    /**
     * A certificate for the names that it names itself, which asks nothing of clients.
     *
     * @param certificate see {@link #certificate()}
     * @param key see {@link #key()}
     * @return the definition
     */
    public static ServerCertificate of(Path certificate, Path key) {
        return new ServerCertificate(List.of(), certificate, key, ClientCertificates.OFF);
    }

    /**
     * The same for other names.
     *
     * @param names see {@link #names()}
     * @return a copy
     */
    public ServerCertificate withNames(String... names) {
        return new ServerCertificate(List.of(names), certificate, key, clients);
    }

    /**
     * The same with another demand on clients.
     *
     * @param clients see {@link #clients()}
     * @return a copy
     */
    public ServerCertificate withClients(ClientCertificates clients) {
        return new ServerCertificate(names, certificate, key, clients);
    }
}
