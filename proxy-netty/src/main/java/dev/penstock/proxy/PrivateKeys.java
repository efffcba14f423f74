package dev.penstock.proxy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;

/**
 * Reads private keys in the three ways they are written. Stateless.
 *
 * <p>Java reads PKCS #8 only; the others are put into it: RFC 5208, 5, around RFC 8017, A.1.2 (RSA) and RFC 5915, 3 (EC).
 */
final class PrivateKeys {
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};
    private static final byte[] NULL = {0x05, 0x00};
    private static final byte[] OID_RSA = {
        0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01
    };
    private static final byte[] OID_EC = {0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01};
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int EC_PARAMETERS = 0xa0;

    private PrivateKeys() {}

    /** Throws an IllegalArgumentException that shows nothing of the key. */
    static PrivateKey of(String label, byte[] der) {
        return switch (label) {
            case "PRIVATE KEY" -> pkcs8(der);
            case "RSA PRIVATE KEY" -> pkcs8(wrapped(join(OID_RSA, NULL), der));
            case "EC PRIVATE KEY" -> pkcs8(wrapped(join(OID_EC, curve(der)), der));
            default -> throw new IllegalArgumentException(label);
        };
    }

    private static PrivateKey pkcs8(byte[] der) {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (GeneralSecurityException e) {
                // of another algorithm: the next one is tried
            }
        }
        throw new IllegalArgumentException("key");
    }

    private static byte[] wrapped(byte[] algorithm, byte[] key) {
        return element(SEQUENCE, join(VERSION_0, element(SEQUENCE, algorithm), element(OCTETS, key)));
    }

    /** The curve's name in an EC key: {@code SEQUENCE { version, octets, [0] curve, ...}}. */
    private static byte[] curve(byte[] der) {
        var outer = ByteBuffer.wrap(der);
        try {
            var fields = ByteBuffer.wrap(next(outer, SEQUENCE));
            while (fields.hasRemaining()) {
                int tag = fields.get(fields.position()) & 0xff;
                byte[] content = next(fields, tag);
                if (tag == EC_PARAMETERS) {
                    return content;
                }
            }
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("key", e);
        }
        throw new IllegalArgumentException("curve");
    }

    private static byte[] next(ByteBuffer in, int tag) {
        if ((in.get() & 0xff) != tag) {
            throw new IllegalArgumentException("tag");
        }
        int length = in.get() & 0xff;
        if (length > 0x80) {
            int bytes = length - 0x80;
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = (length << 8) | (in.get() & 0xff);
            }
        }
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException("length");
        }
        byte[] content = new byte[length];
        in.get(content);
        return content;
    }

    private static byte[] element(int tag, byte[] content) {
        var out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else {
            out.write(0x82); // keys are longer than 127 bytes and shorter than 64 KiB
            out.write(content.length >> 8);
            out.write(content.length);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(out::writeBytes);
        return out.toByteArray();
    }
}
