package dev.penstock.discovery.docker;

import dev.penstock.discovery.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;

/** TLS to a daemon with the three files that Docker's client uses. Stateless. */
final class Tls {
    private static final char[] NO_SECRET = "docker".toCharArray(); // the key store never leaves this class

    /** Of keys, by their number in ASN.1. */
    private static final Map<String, String> KINDS = Map.of("1.2.840.10045.2.1", "EC", "1.2.840.113549.1.1.1", "RSA");

    private Tls() {}

    /**
     * Reads the files.
     *
     * @throws DockerProblem if they are missing or malformed
     */
    static SSLContext context(Path folder) {
        try {
            KeyStore keys = store();
            keys.setKeyEntry(
                    "client", key(folder.resolve("key.pem")), NO_SECRET, certificates(folder.resolve("cert.pem")));
            KeyStore authorities = store();
            int number = 0;
            for (Certificate authority : certificates(folder.resolve("ca.pem"))) {
                authorities.setCertificateEntry("ca" + number, authority);
                number++;
            }
            var keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keyManagers.init(keys, NO_SECRET);
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(authorities);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (NoSuchFileException e) {
            throw new DockerProblem(e.getFile() + ": not there (expected: a file, for TLS to the daemon)");
        } catch (GeneralSecurityException | IOException e) {
            throw new DockerProblem(
                    folder + ": " + Problems.of(e) + " (expected: readable ca.pem, cert.pem and key.pem)");
        }
    }

    private static KeyStore store() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        return store;
    }

    private static Certificate[] certificates(Path file) throws GeneralSecurityException, IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificates(in)
                    .toArray(Certificate[]::new);
        }
    }

    /** Keys stand in PKCS #8, or in the older forms of OpenSSL, which the JDK does not read. */
    private static PrivateKey key(Path file) throws GeneralSecurityException, IOException {
        Object read;
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.US_ASCII);
                PEMParser parser = new PEMParser(reader)) {
            read = parser.readObject();
            while (read != null && !(read instanceof PEMKeyPair) && !(read instanceof PrivateKeyInfo)) {
                read = parser.readObject(); // as the parameters of a curve, which may stand before its key
            }
        }
        PrivateKeyInfo info = read instanceof PEMKeyPair pair ? pair.getPrivateKeyInfo() : (PrivateKeyInfo) read;
        if (info == null) {
            throw new InvalidKeySpecException("no key");
        }
        String kind = info.getPrivateKeyAlgorithm().getAlgorithm().getId();
        return KeyFactory.getInstance(KINDS.getOrDefault(kind, "EdDSA"))
                .generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
    }
}
