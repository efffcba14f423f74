package dev.penstock.tls;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How the proxy calls endpoints by TLS. Immutable.
 *
 * @param verify whether an endpoint must show a certificate for its name from someone who is trusted; without that anybody
 *     between proxy and endpoint can read and change everything
 * @param ca a file of PEM certificates that are trusted in place of the Java runtime's; null: the Java runtime's
 * @param certificate a file of PEM certificates that the proxy shows if it is asked: its own, then the chain; null: none
 * @param key the file of its private key; null if and only if there is no certificate
 * @param serverName the name asked for and verified; empty: the host of the endpoint
 */
public record UpstreamTls(
        boolean verify,
        @Nullable Path ca,
        @Nullable Path certificate,
        @Nullable Path key,
        String serverName) {
    /** Checks that certificate and key come together. */
    public UpstreamTls {
        requireNonNull(serverName, "serverName");
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException(
                    (key == null ? "key" : "certificate") + ": none (expected: certificate and key, or neither)");
        }
    }

    /**
     * TLS with the documented defaults.
     *
     * @return verifies the endpoint's host by the certificates that the Java runtime trusts, shows no certificate
     */
    public static UpstreamTls defaults() {
        return new UpstreamTls(true, null, null, null, "");
    }

    /**
     * The same with or without verification.
     *
     * @param verify see {@link #verify()}
     * @return a copy
     */
    public UpstreamTls withVerify(boolean verify) {
        return new UpstreamTls(verify, ca, certificate, key, serverName);
    }

    /**
     * The same with other certificates to trust.
     *
     * @param ca see {@link #ca()}
     * @return a copy
     */
    public UpstreamTls withCa(@Nullable Path ca) {
        return new UpstreamTls(verify, ca, certificate, key, serverName);
    }

    /**
     * The same with a certificate to be shown.
     *
     * @param certificate see {@link #certificate()}
     * @param key see {@link #key()}
     * @return a copy
     */
    public UpstreamTls withCertificate(Path certificate, Path key) {
        return new UpstreamTls(verify, ca, certificate, key, serverName);
    }

    /**
     * The same for another name.
     *
     * @param serverName see {@link #serverName()}
     * @return a copy
     */
    public UpstreamTls withServerName(String serverName) {
        return new UpstreamTls(verify, ca, certificate, key, serverName);
    }
}
