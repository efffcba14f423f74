package dev.penstock.resolve;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** IP addresses written out, as in {@code 10.0.0.1} and {@code ::1}. */
public final class IpLiteral {
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern V4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%[0-9A-Za-z_.-]+)?");

    private IpLiteral() {}

    /**
     * Reads an address without asking anybody.
     *
     * @param text any text
     * @return empty if it is not an IPv4 address of four parts or an IPv6 address without brackets
     */
    public static Optional<InetAddress> parse(String text) {
        // The JDK looks up what it does not take for a literal, so that only what surely is one may reach it; it never
        // looks up what has a colon.
        if (!V4.matcher(text).matches() && !V6.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException malformed) {
            return Optional.empty();
        }
    }
}
