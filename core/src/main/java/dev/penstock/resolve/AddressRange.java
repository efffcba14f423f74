package dev.penstock.resolve;

import java.net.InetAddress;
import java.util.Arrays;

/**
 * A range of IP addresses, as in {@code 10.0.0.0/8}. Immutable.
 *
 * <p>An IPv4 address and its IPv4-mapped IPv6 form (RFC 4291, 2.5.5.2) are the same address here.
 */
public final class AddressRange {
    private final byte[] network;
    private final int prefixBits;
    private final String text;

    private AddressRange(byte[] network, int prefixBits, String text) {
        this.network = network;
        this.prefixBits = prefixBits;
        this.text = text;
    }

    /**
     * A range from its text.
     *
     * @param text an IP literal, or one with {@code /} and the number of leading bits that count
     * @return the range
     * @throws IllegalArgumentException if the text is not such a range
     */
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        byte[] network = bytes(literal, text);
        int bits = network.length * 8;
        if (slash >= 0) {
            String prefix = text.substring(slash + 1);
            int length = prefix.matches("[0-9]{1,3}") ? Integer.parseInt(prefix) : -1;
            if (length < 0 || length > bits) {
                throw malformed(text);
            }
            bits = length;
        }
        return new AddressRange(network, bits, text);
    }

    private static byte[] bytes(String literal, String text) {
        if (literal.indexOf('%') >= 0) {
            throw malformed(text);
        }
        return IpLiteral.parse(literal).orElseThrow(() -> malformed(text)).getAddress();
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "address range: \"" + text + "\" (expected: an IP address, or one with /bits as in 10.0.0.0/8)");
    }

    /**
     * Tells whether an address lies in the range.
     *
     * @param address any address
     * @return true if its leading bits are those of the range
     */
    public boolean contains(InetAddress address) {
        byte[] candidate = unmapped(address.getAddress());
        if (candidate.length != network.length) {
            return false;
        }
        int whole = prefixBits / 8;
        if (Arrays.mismatch(candidate, 0, whole, network, 0, whole) >= 0) {
            return false;
        }
        int rest = prefixBits % 8;
        return rest == 0 || ((candidate[whole] ^ network[whole]) & (0xff << (8 - rest)) & 0xff) == 0;
    }

    private static byte[] unmapped(byte[] address) {
        boolean mapped = address.length == 16 && address[10] == -1 && address[11] == -1;
        for (int i = 0; mapped && i < 10; i++) {
            mapped = address[i] == 0;
        }
        return mapped ? Arrays.copyOfRange(address, 12, 16) : address;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AddressRange range
                && range.prefixBits == prefixBits
                && Arrays.equals(range.network, network);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(network) + prefixBits;
    }

    @Override
    public String toString() {
        return text;
    }
}
