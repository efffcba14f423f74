package dev.penstock.discovery.marathon;

import dev.penstock.discovery.http.PemFiles;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import nl.altindag.ssl.pem.util.PemUtils;

/** Reads PEM files by the library that knows their many forms. Stateless. */
final class Pem implements PemFiles.Parser {
    static final PemFiles FILES = new PemFiles(new Pem());

    private Pem() {}

    @Override
    public TrustManager trusted(String certificates) {
        return PemUtils.parseTrustMaterial(certificates);
    }

    @Override
    public KeyManager own(String certificates, String key) {
        return PemUtils.parseIdentityMaterial(certificates, key, null);
    }
}
