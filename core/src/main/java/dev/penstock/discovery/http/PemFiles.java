package dev.penstock.discovery.http;

import dev.penstock.discovery.UriOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** TLS with certificates and keys from PEM files. Thread-safe if its parser is. */
public final class PemFiles {
    private final Parser parser;

    /**
     * Reads files by a library that is not named here.
     *
     * @param parser knows the formats
     */
    public PemFiles(Parser parser) {
        this.parser = parser;
    }

    /** Knows what stands in a PEM file; throws what it likes where it makes no sense. */
    public interface Parser {
        /**
         * Reads authorities.
         *
         * @param certificates one or more
         * @return trusts these
         */
        TrustManager trusted(String certificates);

        /**
         * Reads what a client shows.
         *
         * @param certificates its own, then its chain
         * @param key its private key
         * @return shows it
         */
        KeyManager own(String certificates, String key);
    }

    /**
     * What the options {@code tls}, {@code ca}, {@code cert} and {@code key} of a source ask for.
     *
     * @param options of its URI
     * @return null without {@code tls}
     * @throws IllegalArgumentException if a file makes no sense, or is named without {@code tls}
     */
    public @Nullable SSLContext ofOptions(UriOptions options) {
        List<String> files = Stream.of("ca", "cert", "key")
                .filter(name -> options.text(name).isPresent())
                .toList();
        if (options.flag("tls", false)) {
            return context(file(options, "ca"), file(options, "cert"), file(options, "key"));
        }
        if (!files.isEmpty()) {
            throw new IllegalArgumentException("option: " + files.get(0) + " without tls (expected: with tls)");
        }
        return null;
    }

    private static @Nullable Path file(UriOptions options, String name) {
        return options.text(name).map(Path::of).orElse(null);
    }

    /**
     * What a client needs for TLS.
     *
     * @param ca the authorities; null for those of the JDK
     * @param certificate what is shown if it is asked for; null for nothing
     * @param key that of the certificate; null without one
     * @return the context
     * @throws IllegalArgumentException if a file makes no sense, or only one of certificate and key is given
     */
    public SSLContext context(@Nullable Path ca, @Nullable Path certificate, @Nullable Path key) {
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

    private TrustManager trusted(Path ca) {
        String text = text(ca);
        try {
            return parser.trusted(text);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "certificate: \"" + ca + "\" (expected: a PEM file with CERTIFICATE)", e);
        }
    }

    private KeyManager own(Path certificate, Path key) {
        String shown = text(certificate);
        // OpenSSL writes a curve's parameters before its key, which parsers do not know.
        String alone = text(key).replaceFirst("-----BEGIN EC PARAMETERS-----[^-]*-----END EC PARAMETERS-----", "");
        try {
            return parser.own(shown, alone);
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
