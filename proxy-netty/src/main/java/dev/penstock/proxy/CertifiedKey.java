package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A private key with the certificate that says whose it is. Immutable. Shows nothing of the key in texts.
 *
 * @param chain its own certificate, then those that vouch for it; one at least
 * @param key RSA, EC or Ed25519
 */
public record CertifiedKey(List<X509Certificate> chain, PrivateKey key) {
    private static final byte[] PROOF = {1, 2, 3};

    /** Copies the list; checks that the key belongs to the first certificate. */
    public CertifiedKey {
        chain = List.copyOf(chain);
        requireNonNull(key, "key");
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("certificates: none (expected: one at least)");
        }
        if (!belongs(chain.get(0), key)) {
            throw new IllegalArgumentException("key: not that of the certificate (expected: the key it was made for)");
        }
    }

    private static boolean belongs(X509Certificate certificate, PrivateKey key) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case "Ed25519", "Ed448", "EdDSA" -> "EdDSA";
            default ->
                throw new IllegalArgumentException("key: " + key.getAlgorithm() + " (expected: RSA, EC or Ed25519)");
        };
        try {
            var signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(PROOF);
            byte[] signature = signing.sign();
            var verifying = Signature.getInstance(algorithm);
            verifying.initVerify(certificate.getPublicKey());
            verifying.update(PROOF);
            return verifying.verify(signature);
        } catch (GeneralSecurityException e) {
            return false; // a key of another kind
        }
    }

    @Override
    public String toString() {
        return "CertifiedKey[" + chain.get(0).getSubjectX500Principal() + "]";
    }
}
