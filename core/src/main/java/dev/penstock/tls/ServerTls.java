package dev.penstock.tls;

import static java.util.Objects.requireNonNull;

import dev.penstock.time.Durations;
import java.time.Duration;
import java.util.List;

/**
 * How a listener does TLS. Immutable.
 *
 * @param certificates the first is shown to clients that ask for a name nobody has, or for none; empty only where a supplier
 *     in code gives certificates
 * @param strict whether a client that asks for a name nobody has, or for none, is refused
 * @param clients what is asked of clients under names that no certificate of the list has
 * @param minVersion the oldest version of the protocol that is spoken
 * @param handshake how long a client may take from its connection to the end of the handshake
 */
public record ServerTls(
        List<ServerCertificate> certificates,
        boolean strict,
        ClientCertificates clients,
        TlsVersion minVersion,
        Duration handshake) {
    /** Copies the list, checks the range. */
    public ServerTls {
        certificates = List.copyOf(certificates);
        requireNonNull(clients, "clients");
        requireNonNull(minVersion, "minVersion");
        Durations.checkPositive("handshake", handshake);
    }

    /**
     * TLS with the documented defaults.
     *
     * @param certificates see {@link #certificates()}
     * @return not strict, asks nothing of clients, TLS 1.2 and newer, 10 s for a handshake
     */
    public static ServerTls of(ServerCertificate... certificates) {
        return new ServerTls(
                List.of(certificates), false, ClientCertificates.OFF, TlsVersion.V1_2, Duration.ofSeconds(10));
    }

    /**
     * The same with other certificates.
     *
     * @param certificates see {@link #certificates()}
     * @return a copy
     */
    public ServerTls withCertificates(List<ServerCertificate> certificates) {
        return new ServerTls(certificates, strict, clients, minVersion, handshake);
    }

    /**
     * The same, strict or not.
     *
     * @param strict see {@link #strict()}
     * @return a copy
     */
    public ServerTls withStrict(boolean strict) {
        return new ServerTls(certificates, strict, clients, minVersion, handshake);
    }

    /**
     * The same with another demand on clients under names that no certificate has.
     *
     * @param clients see {@link #clients()}
     * @return a copy
     */
    public ServerTls withClients(ClientCertificates clients) {
        return new ServerTls(certificates, strict, clients, minVersion, handshake);
    }

    /**
     * The same with another oldest version.
     *
     * @param minVersion see {@link #minVersion()}
     * @return a copy
     */
    public ServerTls withMinVersion(TlsVersion minVersion) {
        return new ServerTls(certificates, strict, clients, minVersion, handshake);
    }

    /**
     * The same with another time for handshakes.
     *
     * @param handshake see {@link #handshake()}
     * @return a copy
     */
    public ServerTls withHandshake(Duration handshake) {
        return new ServerTls(certificates, strict, clients, minVersion, handshake);
    }
}
