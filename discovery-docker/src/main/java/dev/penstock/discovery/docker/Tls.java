package dev.penstock.discovery.docker;

import com.github.dockerjava.core.util.CertificateUtils;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS to a daemon with the three files that Docker's client uses. Stateless. */
final class Tls {
    private Tls() {}

    /**
     * Reads the files.
     *
     * <p>docker-java's own configuration would add a security provider to the whole JVM; this uses only its reader of keys.
     *
     * @throws DockerProblem if they are missing or malformed
     */
    static SSLContext context(Path folder) {
        String authority = read(folder.resolve("ca.pem"));
        String certificate = read(folder.resolve("cert.pem"));
        String key = read(folder.resolve("key.pem"));
        try {
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(CertificateUtils.createKeyStore(key, certificate), "docker".toCharArray());
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(CertificateUtils.createTrustStore(authority));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            throw new DockerProblem(folder + ": cannot be used (expected: ca.pem, cert.pem and key.pem in PEM form)");
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new DockerProblem(file + ": cannot be read (expected: there, for TLS to the daemon)");
        }
    }
}
