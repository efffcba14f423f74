package dev.penstock.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the first bytes of a connection say of the client, in version 1 (text) or 2 (binary) of the PROXY protocol. Immutable.
 *
 * <p>Read strictly: what is not a header is refused at its first wrong byte, and none is longer than allowed.
 *
 * @param source the client; null where the header says nothing of it: the connection speaks for itself then
 * @param length of the header, bytes
 * @see <a href="https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt">The PROXY protocol</a>
 */
record ProxyHeader(@Nullable InetSocketAddress source, int length) {
    /** The longest header of version 1 that the protocol knows (section 2.1), its end included. */
    private static final int MAX_TEXT = 107;

    private static final byte[] TEXT = "PROXY ".getBytes(US_ASCII);
    private static final byte[] SIGNATURE = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};
    private static final int FIXED = 16;

    /** What came is no header. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed() {
            super(null, null, false, false);
        }
    }

    /**
     * The header at the reader index, which stays; null while it is not whole.
     *
     * @param maxBytes of version 2, with all that is passed over at its end
     */
    static @Nullable ProxyHeader read(ByteBuf in, int maxBytes) throws Malformed {
        if (!in.isReadable()) {
            return null;
        }
        if (in.getByte(in.readerIndex()) == TEXT[0]) {
            return begins(in, TEXT) ? readText(in) : null;
        }
        return begins(in, SIGNATURE) ? readBinary(in, maxBytes) : null;
    }

    private static boolean begins(ByteBuf in, byte[] expected) throws Malformed {
        int length = Math.min(expected.length, in.readableBytes());
        for (int i = 0; i < length; i++) {
            if (in.getByte(in.readerIndex() + i) != expected[i]) {
                throw new Malformed();
            }
        }
        return length == expected.length;
    }

    // ---- version 1

    private static @Nullable ProxyHeader readText(ByteBuf in) throws Malformed {
        int length = Math.min(MAX_TEXT, in.readableBytes());
        int end = in.indexOf(in.readerIndex(), in.readerIndex() + length, (byte) '\n') - in.readerIndex();
        if (end < 0) {
            if (length == MAX_TEXT) {
                throw new Malformed();
            }
            return null;
        }
        String line = in.toString(in.readerIndex(), end, US_ASCII);
        if (!line.endsWith("\r")) {
            throw new Malformed();
        }
        String[] parts = line.substring(0, end - 1).split(" ", -1);
        if (parts[1].equals("UNKNOWN")) {
            return new ProxyHeader(null, end + 1); // what follows is to be ignored
        }
        if (parts.length != 6) {
            throw new Malformed();
        }
        int bytes = bytes(parts[1]);
        address(parts[3], bytes);
        port(parts[5]);
        return new ProxyHeader(new InetSocketAddress(address(parts[2], bytes), port(parts[4])), end + 1);
    }

    private static int bytes(String family) throws Malformed {
        return switch (family) {
            case "TCP4" -> 4;
            case "TCP6" -> 16;
            default -> throw new Malformed();
        };
    }

    private static InetAddress address(String text, int bytes) throws Malformed {
        boolean plain = bytes == 4 ? NetUtil.isValidIpV4Address(text) : NetUtil.isValidIpV6Address(text);
        byte[] address = plain && text.indexOf('%') < 0 && text.indexOf('[') < 0
                ? NetUtil.createByteArrayFromIpAddressString(text)
                : null;
        if (address == null || address.length != bytes) {
            throw new Malformed();
        }
        return address(address);
    }

    private static InetAddress address(byte[] bytes) throws Malformed {
        try {
            return InetAddress.getByAddress(bytes); // an IPv4-mapped one becomes the IPv4 address that it is
        } catch (UnknownHostException e) {
            throw new Malformed();
        }
    }

    private static int port(String text) throws Malformed {
        if (!text.matches("0|[1-9][0-9]{0,4}") || Integer.parseInt(text) > 65_535) {
            throw new Malformed();
        }
        return Integer.parseInt(text);
    }

    // ---- version 2

    private static @Nullable ProxyHeader readBinary(ByteBuf in, int maxBytes) throws Malformed {
        int at = in.readerIndex();
        int readable = in.readableBytes();
        if (readable > SIGNATURE.length) {
            int command = in.getUnsignedByte(at + SIGNATURE.length);
            if (command != 0x20 && command != 0x21) {
                throw new Malformed(); // another version, or neither LOCAL nor PROXY
            }
        }
        if (readable < FIXED) {
            return null;
        }
        boolean local = in.getUnsignedByte(at + 12) == 0x20;
        int family = in.getUnsignedByte(at + 13);
        int rest = in.getUnsignedShort(at + 14);
        int addresses = local ? 0 : addressBytes(family);
        if (rest < addresses || rest > maxBytes - FIXED) {
            throw new Malformed();
        }
        if (readable < FIXED + rest) {
            return null;
        }
        return new ProxyHeader(local ? null : source(in, at + FIXED, family), FIXED + rest);
    }

    private static int addressBytes(int family) throws Malformed {
        return switch (family) {
            case 0x00 -> 0;
            case 0x11 -> 12;
            case 0x21 -> 36;
            case 0x31 -> 216;
            default -> throw new Malformed(); // of datagrams, or unknown
        };
    }

    private static @Nullable InetSocketAddress source(ByteBuf in, int at, int family) throws Malformed {
        if (family != 0x11 && family != 0x21) {
            return null; // a path of the other machine means nothing here
        }
        var address = new byte[family == 0x11 ? 4 : 16];
        in.getBytes(at, address);
        return new InetSocketAddress(address(address), in.getUnsignedShort(at + 2 * address.length));
    }

    // ---- to be sent

    /** A header of version 1. */
    static byte[] text(InetSocketAddress source, InetSocketAddress destination) {
        boolean v4 = isV4(source) && isV4(destination);
        String line = (v4 ? "PROXY TCP4 " : "PROXY TCP6 ") + text(source, v4) + ' ' + text(destination, v4) + ' '
                + source.getPort() + ' ' + destination.getPort() + "\r\n";
        return line.getBytes(US_ASCII);
    }

    private static boolean isV4(InetSocketAddress address) {
        return address.getAddress().getAddress().length == 4;
    }

    private static String text(InetSocketAddress address, boolean v4) {
        String text = ForwardingHeaders.text(address.getAddress());
        return !v4 && isV4(address) ? "::ffff:" + text : text;
    }

    /** A header of version 2. */
    static byte[] binary(InetSocketAddress source, InetSocketAddress destination) {
        boolean v4 = isV4(source) && isV4(destination);
        int addressBytes = v4 ? 4 : 16;
        int rest = 2 * addressBytes + 4;
        byte[] header = Arrays.copyOf(SIGNATURE, FIXED + rest);
        header[12] = 0x21;
        header[13] = (byte) (v4 ? 0x11 : 0x21);
        header[15] = (byte) rest;
        put(header, FIXED, source, addressBytes);
        put(header, FIXED + addressBytes, destination, addressBytes);
        putPort(header, FIXED + 2 * addressBytes, source.getPort());
        putPort(header, FIXED + 2 * addressBytes + 2, destination.getPort());
        return header;
    }

    private static void put(byte[] header, int at, InetSocketAddress address, int room) {
        byte[] bytes = address.getAddress().getAddress();
        if (bytes.length < room) {
            header[at + 10] = -1; // RFC 4291, 2.5.5.2
            header[at + 11] = -1;
        }
        System.arraycopy(bytes, 0, header, at + room - bytes.length, bytes.length);
    }

    private static void putPort(byte[] header, int at, int port) {
        header[at] = (byte) (port >>> 8);
        header[at + 1] = (byte) port;
    }
}
