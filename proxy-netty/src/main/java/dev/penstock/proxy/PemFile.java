package dev.penstock.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A file of PEM blocks (RFC 7468). What is wrong with it is told with its line. Immutable. */
final class PemFile {
    private static final int MAX_BYTES = 1 << 20;
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    private final Path path;
    private final List<Block> blocks;

    private PemFile(Path path, List<Block> blocks) {
        this.path = path;
        this.blocks = blocks;
    }

    /** What stands between two marks, decoded; the line is that of the first mark. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and known here only
    private record Block(String label, int line, byte[] bytes) {}

    /** Reads a file; throws an IllegalArgumentException that names file, line and what is wrong. */
    static PemFile read(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IllegalArgumentException(path + ": too large (expected: at most 1 MiB)");
            }
            return new PemFile(path, blocks(path, new String(bytes, ISO_8859_1)));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(path + ": no such file (expected: a PEM file)", e);
        } catch (AccessDeniedException e) {
            throw new IllegalArgumentException(path + ": permission denied (expected: a readable PEM file)", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(path + ": cannot be read (expected: a readable PEM file)", e);
        }
    }

    private static List<Block> blocks(Path path, String text) {
        List<Block> blocks = new ArrayList<>();
        String[] lines = text.split("\r\n|\n|\r", -1);
        String label = "";
        int begin = 0;
        var base64 = new StringBuilder();
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].strip();
            if (line.startsWith(BEGIN) && line.endsWith(DASHES)) {
                label = line.substring(BEGIN.length(), line.length() - DASHES.length());
                begin = i + 1;
                base64.setLength(0);
            } else if (!label.isEmpty() && line.equals(END + label + DASHES)) {
                blocks.add(new Block(label, begin, decoded(path, begin, base64)));
                label = "";
            } else if (!label.isEmpty() && line.indexOf(':') < 0) {
                base64.append(line);
            }
        }
        if (!label.isEmpty()) {
            throw fault(path, begin, "cut off", "-----END " + label + DASHES);
        }
        return blocks;
    }

    private static byte[] decoded(Path path, int line, StringBuilder base64) {
        try {
            return Base64.getDecoder().decode(base64.toString());
        } catch (IllegalArgumentException e) {
            throw fault(path, line, "not readable", "base64"); // without the text: it may be a key
        }
    }

    private static IllegalArgumentException fault(Path path, int line, String what, String expected) {
        return new IllegalArgumentException(path + ": line " + line + ": " + what + " (expected: " + expected + ")");
    }

    /** All certificates, in their order; one at least. */
    List<X509Certificate> certificates() {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks) {
            if (block.label.equals("CERTIFICATE") || block.label.equals("X509 CERTIFICATE")) {
                certificates.add(certificate(block));
            }
        }
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException(path + ": no certificate (expected: -----BEGIN CERTIFICATE-----)");
        }
        return certificates;
    }

    private X509Certificate certificate(Block block) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(block.bytes));
        } catch (CertificateException e) {
            throw fault(path, block.line, "not understood", "an X.509 certificate");
        }
    }

    /** The one private key. */
    PrivateKey key() {
        for (Block block : blocks) {
            if (block.label.equals("ENCRYPTED PRIVATE KEY")) {
                throw fault(path, block.line, "an encrypted key", "a key without password");
            }
            if (block.label.endsWith("PRIVATE KEY")) {
                try {
                    return PrivateKeys.of(block.label, block.bytes);
                } catch (IllegalArgumentException e) {
                    throw fault(path, block.line, "not understood", "a key of RSA, EC or Ed25519 without password");
                }
            }
        }
        throw new IllegalArgumentException(path + ": no key (expected: -----BEGIN PRIVATE KEY-----)");
    }
}
