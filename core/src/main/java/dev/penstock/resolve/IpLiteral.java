package dev.penstock.resolve;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** IP addresses written out, as in {@code 10.0.0.1} and {@code ::1}. */
public final class IpLiteral {
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern V4 = Pattern.compile(OCTET + "\\." + OCTET + "\\." + OCTET + "\\." + OCTET);
    private static final Pattern GROUP = Pattern.compile("[0-9a-fA-F]{1,4}");
    private static final Pattern ZONE = Pattern.compile("[0-9A-Za-z_.-]+");
    private static final int V6_BYTES = 16;
    private static final byte[] NONE = {};

    private IpLiteral() {}

    /**
     * Reads an address without asking anybody.
     *
     * @param text any text
     * @return empty if it is not an IPv4 address of four decimal parts or an IPv6 address (RFC 4291, 2.2) without brackets;
     *     empty as well if it names a zone (RFC 4007, 11) that this machine does not have
     */
    public static Optional<InetAddress> parse(String text) {
        int percent = text.indexOf('%');
        byte[] bytes = bytes(percent < 0 ? text : text.substring(0, percent));
        if (bytes == null || (percent >= 0 && !isZone(bytes, text.substring(percent + 1)))) {
            return Optional.empty();
        }
        try {
            // The JDK's parser knows zones, and looks nothing up that begins with an IPv6 address.
            return Optional.of(percent < 0 ? InetAddress.getByAddress(bytes) : InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static boolean isZone(byte[] address, String zone) {
        return address.length == V6_BYTES && ZONE.matcher(zone).matches();
    }

    /** The 4 or 16 bytes of an address without zone; null if the text is none. */
    static byte @Nullable [] bytes(String text) {
        if (text.indexOf(':') < 0) {
            return v4(text);
        }
        int gap = text.indexOf("::");
        if (gap < 0) {
            byte[] all = groups(text, true);
            return all != null && all.length == V6_BYTES ? all : null;
        }
        byte[] head = groups(text.substring(0, gap), false);
        byte[] tail = groups(text.substring(gap + 2), true);
        if (head == null || tail == null || head.length + tail.length > V6_BYTES - 2) {
            return null;
        }
        byte[] all = Arrays.copyOf(head, V6_BYTES);
        System.arraycopy(tail, 0, all, V6_BYTES - tail.length, tail.length);
        return all;
    }

    private static byte @Nullable [] v4(String text) {
        Matcher octets = V4.matcher(text);
        if (!octets.matches()) {
            return null;
        }
        var bytes = new byte[4];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(octets.group(i + 1));
        }
        return bytes;
    }

    /** Two bytes for each group of four digits at most, four for an IPv4 address at the very end; null if malformed. */
    private static byte @Nullable [] groups(String text, boolean end) {
        if (text.isEmpty()) {
            return NONE;
        }
        String[] groups = text.split(":", V6_BYTES);
        byte[] last = end ? v4(groups[groups.length - 1]) : null;
        int plain = last == null ? groups.length : groups.length - 1;
        var bytes = new byte[2 * plain + (last == null ? 0 : last.length)];
        for (int i = 0; i < plain; i++) {
            if (!GROUP.matcher(groups[i]).matches()) {
                return null;
            }
            int group = Integer.parseInt(groups[i], 16);
            bytes[2 * i] = (byte) (group >>> 8);
            bytes[2 * i + 1] = (byte) group;
        }
        if (last != null) {
            System.arraycopy(last, 0, bytes, 2 * plain, last.length);
        }
        return bytes;
    }
}
