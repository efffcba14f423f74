package dev.penstock.proxy;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Gives certificates for names that no file has, as an ACME client does. Thread-safe. */
@FunctionalInterface
public interface CertificateSupplier {
    /**
     * Asks for the certificate of a name. Called for each handshake that names it, off the event loops, so that it may block;
     * what it has it should keep. An answer that comes after the time for the handshake is of no use.
     *
     * @param serverName as the client sent it, in lower case; anything that a client may think of
     * @return completed with the certificate that is shown in this handshake, or with nothing: then it goes on as if there
     *     were no supplier
     */
    CompletionStage<Optional<CertifiedKey>> certificate(String serverName);
}
