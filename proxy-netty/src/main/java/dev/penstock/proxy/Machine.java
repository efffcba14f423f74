package dev.penstock.proxy;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** What this machine calls itself. */
final class Machine {
    private Machine() {}

    /** Its host name; may ask the system's resolver. */
    static String name() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
