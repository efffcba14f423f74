package dev.penstock.discovery.consul;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Certificates and keys from PEM files. Stateless. */
final class Pem {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final char[] NO_PASSWORD = new char[0];

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
                    certificate == null || key == null ? null : own(certificate, key),
                    ca == null ? null : trusted(ca),
                    null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "tls: " + e.getMessage() + " (expected: usable certificates and keys)", e);
        }
    }

    private static TrustManager[] trusted(Path ca) throws GeneralSecurityException {
        KeyStore store = empty();
        int number = 0;
        for (Certificate certificate : certificates(ca)) {
            store.setCertificateEntry("ca-" + number++, certificate);
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyManager[] own(Path certificate, Path key) throws GeneralSecurityException {
        KeyStore store = empty();
        store.setKeyEntry(
                "own", key(key), NO_PASSWORD, certificates(certificate).toArray(new Certificate[0]));
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static KeyStore empty() throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            return store;
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static Collection<? extends Certificate> certificates(Path file) throws GeneralSecurityException {
        var found = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(text(file).getBytes(StandardCharsets.US_ASCII)));
        if (found.isEmpty()) {
            throw new IllegalArgumentException("certificate: \"" + file + "\" (expected: a PEM file with CERTIFICATE)");
        }
        return found;
    }

    private static PrivateKey key(Path file) throws GeneralSecurityException {
        Matcher matcher = KEY.matcher(text(file));
        if (matcher.find()) {
            var spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(matcher.group(1)));
            InvalidKeySpecException last = null;
            for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePrivate(spec);
                } catch (InvalidKeySpecException e) {
                    last = e; // a key of another algorithm, perhaps
                }
            }
            throw new IllegalArgumentException("key: \"" + file + "\" (expected: RSA, EC or Ed25519)", last);
        }
        throw new IllegalArgumentException(
                "key: \"" + file + "\" (expected: a PEM file with an unencrypted PRIVATE KEY)");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new IllegalArgumentException("file: \"" + file + "\" (expected: a readable PEM file)", e);
        }
    }
}
