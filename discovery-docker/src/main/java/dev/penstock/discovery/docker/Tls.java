package dev.penstock.discovery.docker;

import dev.penstock.discovery.Problems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import nl.altindag.ssl.pem.util.PemUtils;

/** TLS to a daemon with the three files that Docker's client uses. Stateless. */
final class Tls {
    private Tls() {}

    /**
     * Reads the files.
     *
     * @throws DockerProblem if they are missing or malformed
     */
    static SSLContext context(Path folder) {
        try {
            // OpenSSL writes a curve's parameters before its key, which the parser does not know.
            String key = text(folder.resolve("key.pem"))
                    .replaceFirst("-----BEGIN EC PARAMETERS-----[^-]*-----END EC PARAMETERS-----", "");
            KeyManager own = PemUtils.parseIdentityMaterial(text(folder.resolve("cert.pem")), key, null);
            TrustManager trusted = PemUtils.parseTrustMaterial(text(folder.resolve("ca.pem")));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {own}, new TrustManager[] {trusted}, null);
            return context;
        } catch (NoSuchFileException e) {
            throw new DockerProblem(0, e.getFile() + ": not there (expected: a file, for TLS to the daemon)", e);
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            throw new DockerProblem(
                    0, folder + ": " + Problems.of(e) + " (expected: readable ca.pem, cert.pem and key.pem)", e);
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }
}
