package dev.penstock.gateway;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code EXTERNAL:NAME:INTERNAL[/tcp]}: what comes to a port goes to a port of the machines of that name. Immutable.
 *
 * @param external port that is opened here
 * @param name in DNS
 * @param internal port of the endpoints; 0 where SRV records say it
 * @param tcp whether bytes are passed on as they are, and not read as HTTP
 */
record DnsMapping(int external, String name, int internal, boolean tcp) {
    static final String WHAT = "mapping";

    private static final Pattern FORM = Pattern.compile("([^:]*):([^:/]*)(?::([^:/]*))?(/tcp)?");
    private static final Pattern NAME = Pattern.compile("(?!.*\\.\\.)[^\\s/.][^\\s/]*");
    private static final String SRV = "srv";

    /**
     * Reads a mapping.
     *
     * @throws IllegalArgumentException if a part is missing or cannot be
     */
    static DnsMapping parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw wrong(
                    text,
                    "EXTERNAL:NAME:INTERNAL, as in 80:webserver:8080, or EXTERNAL:NAME for SRV records, with /tcp behind"
                            + " it for bytes as they are");
        }
        if (!NAME.matcher(parts.group(2)).matches()) {
            throw wrong(text, "a DNS name after the first colon, as in 80:webserver:8080");
        }
        String internal = parts.group(3);
        boolean srv = internal == null || internal.equals(SRV);
        return new DnsMapping(
                PortMap.port(WHAT, text, parts.group(1)),
                parts.group(2),
                srv ? 0 : PortMap.port(WHAT, text, internal),
                parts.group(4) != null);
    }

    private static IllegalArgumentException wrong(String mapping, String expected) {
        return new IllegalArgumentException(WHAT + ": \"" + mapping + "\" (expected: " + expected + ")");
    }

    /** The name and port to look for, as they stand in a URI. */
    String target() {
        return internal == 0 ? name : name + ":" + internal;
    }
}
