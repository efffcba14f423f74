package dev.penstock.gateway;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The entry of the {@code penstock} program; the one class that ends a process. */
public final class Main {
    /** By which TLS of the Java runtime signs to clients; by itself it would sign by SHA-1 for those that take nothing else. */
    private static final String SIGNATURES = "ecdsa_secp256r1_sha256,ecdsa_secp384r1_sha384,ecdsa_secp521r1_sha512,"
            + "ed25519,ed448,rsa_pss_rsae_sha256,rsa_pss_rsae_sha384,rsa_pss_rsae_sha512,"
            + "rsa_pss_pss_sha256,rsa_pss_pss_sha384,rsa_pss_pss_sha512,"
            + "rsa_pkcs1_sha256,rsa_pkcs1_sha384,rsa_pkcs1_sha512";

    private static final String SIGNATURES_PROPERTY = "jdk.tls.server.SignatureSchemes";

    private Main() {}

    /**
     * Runs a command and ends the process with its status: 0 for success, 1 for a fault of the program, 2 for what
     * whoever called it can mend.
     *
     * @param arguments see {@code penstock --help}
     */
    public static void main(String[] arguments) {
        if (System.getProperty(SIGNATURES_PROPERTY) == null) {
            System.setProperty(SIGNATURES_PROPERTY, SIGNATURES); // read once, by the first use of TLS
        }
        var surroundings = new Surroundings(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                System.getenv(),
                new SystemSignals(),
                Runtime.getRuntime()::halt);
        int status = Program.run(surroundings, arguments);
        surroundings.out().flush();
        surroundings.err().flush();
        System.exit(status);
    }
}
