package dev.penstock.runtime;

import dev.penstock.discovery.http.PemFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Reads whom to trust from PEM files, by the JDK alone. Stateless. */
final class Authorities implements PemFiles.Parser {
    static final PemFiles FILES = new PemFiles(new Authorities());

    private Authorities() {}

    @Override
    public TrustManager trusted(String certificates) {
        try {
            byte[] bytes = certificates.getBytes(StandardCharsets.ISO_8859_1);
            Collection<? extends Certificate> read =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes));
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate certificate : read) {
                store.setCertificateEntry("ca" + number, certificate);
                number++;
            }
            if (number == 0) {
                throw new IllegalArgumentException("certificates: none (expected: at least one)");
            }
            var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers()[0];
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("certificates: unreadable (expected: PEM)", e);
        }
    }

    /** Nobody names one: whoever reads texts shows a token. */
    @Override
    public KeyManager own(String certificates, String key) {
        throw new IllegalStateException("a client certificate (expected: none)");
    }
}
