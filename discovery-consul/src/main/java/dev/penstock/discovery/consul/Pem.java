package dev.penstock.discovery.consul;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import nl.altindag.ssl.pem.util.PemUtils;
import org.jspecify.annotations.Nullable;

/** TLS with certificates and keys from PEM files. Stateless. */
final class Pem {
    private Pem() {}

    /** What a client needs for TLS; without {@code ca}, the authorities of the JDK are trusted. */
    static SSLContext context(@Nullable Path ca, @Nullable Path certificate, @Nullable Path key) {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException(
                    "options: cert without key, or key without cert (expected: both or none)");
        }
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(
                    certificate == null || key == null ? null : new KeyManager[] {own(certificate, key)},
                    ca == null ? null : new TrustManager[] {trusted(ca)},
                    null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "tls: " + e.getMessage() + " (expected: usable certificates and keys)", e);
        }
    }

    private static TrustManager trusted(Path ca) {
        try {
            return PemUtils.parseTrustMaterial(text(ca));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "certificate: \"" + ca + "\" (expected: a PEM file with CERTIFICATE)", e);
        }
    }

    private static KeyManager own(Path certificate, Path key) {
        // OpenSSL writes a curve's parameters before its key, which the parser does not know.
        String alone = text(key).replaceFirst("-----BEGIN EC PARAMETERS-----[^-]*-----END EC PARAMETERS-----", "");
        try {
            return PemUtils.parseIdentityMaterial(text(certificate), alone, null);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "key: \"" + key + "\" (expected: a PEM file with an unencrypted PRIVATE KEY, that of \""
                            + certificate + "\")",
                    e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new IllegalArgumentException("file: \"" + file + "\" (expected: a readable PEM file)", e);
        }
    }
}
