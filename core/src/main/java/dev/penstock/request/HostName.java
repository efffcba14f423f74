package dev.penstock.request;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The one form in which hosts are compared: lower case, no port, no trailing dot, IPv6 in brackets. */
public final class HostName {
    private static final int MAX_LENGTH = 255;
    private static final int MAX_PORT = 65_535;
    private static final int MAX_PORT_DIGITS = 5;

    private HostName() {}

    /**
     * The host of a {@code Host} header or of a URL's authority, ready to be compared.
     *
     * <p>Takes off a port and one trailing dot and lowers the case: {@code WWW.FooBar.com.:8080} becomes
     * {@code www.foobar.com}, {@code [::1]:80} becomes {@code [::1]}. Its own results stay as they are. Cost: linear, no
     * allocation when there is nothing to change.
     *
     * @param authority without surrounding blanks
     * @return the host; empty if the text is empty; null if it is malformed: a character that no host has (as the blank, the
     *     comma, {@code @}, {@code /} and everything beyond ASCII), an empty label, more than 255 characters, an IPv6
     *     address without brackets, a port that is not a number up to 65535
     */
    public static @Nullable String normalise(String authority) {
        if (authority.isEmpty()) {
            return authority;
        }
        int end = authority.charAt(0) == '[' ? endOfLiteral(authority) : endOfName(authority);
        if (end <= 0 || !portAt(authority, end)) {
            return null;
        }
        int length = authority.charAt(end - 1) == '.' ? end - 1 : end;
        if (length == 0 || length > MAX_LENGTH) {
            return null;
        }
        // Both return their own text when there is nothing to change.
        return authority.substring(0, length).toLowerCase(Locale.ROOT);
    }

    /** The index behind the name's last character, or -1. */
    private static int endOfName(String authority) {
        char previous = '.';
        for (int i = 0; i < authority.length(); i++) {
            char c = authority.charAt(i);
            if (c == ':') {
                return i;
            }
            if (c == '.' ? previous == '.' : !allowed(c)) {
                return -1;
            }
            previous = c;
        }
        return authority.length();
    }

    /** The index behind the closing bracket, or -1. */
    private static int endOfLiteral(String authority) {
        int colons = 0;
        for (int i = 1; i < authority.length(); i++) {
            char c = authority.charAt(i);
            if (c == ']') {
                return colons >= 2 ? i + 1 : -1;
            }
            if (c == ':') {
                colons++;
            } else if (c > 0x7f || (c != '.' && Character.digit(c, 16) < 0)) {
                return -1;
            }
        }
        return -1;
    }

    /** Whether nothing follows, or a colon and a port; the port may be left out after its colon (RFC 3986, 3.2.3). */
    private static boolean portAt(String authority, int end) {
        int length = authority.length();
        if (end == length) {
            return true;
        }
        if (authority.charAt(end) != ':' || length - end - 1 > MAX_PORT_DIGITS) {
            return false;
        }
        int port = 0;
        for (int i = end + 1; i < length; i++) {
            char c = authority.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
            port = port * 10 + (c - '0');
        }
        return port <= MAX_PORT;
    }

    // What RFC 3986 calls a registered name, but for the comma: it would be two Host headers joined into one.
    private static boolean allowed(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || (c >= 'A' && c <= 'Z')
                || "-_=~%!$&'()*+;".indexOf(c) >= 0;
    }
}
