package dev.penstock.proxy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** What this machine calls itself. */
final class Machine {
    private static final Pattern HOST = Pattern.compile("[0-9A-Za-z._-]+");
    private static final String LOCALHOST = "localhost";

    private Machine() {}

    /** Its host name, {@code localhost} if that is not one of a header; may ask the system's resolver. */
    static String name() {
        try {
            return ofHeader(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            return LOCALHOST;
        }
    }

    /** A name that a header can hold: systems take any bytes for a name, headers do not. */
    static String ofHeader(String name) {
        return HOST.matcher(name).matches() ? name : LOCALHOST;
    }
}
