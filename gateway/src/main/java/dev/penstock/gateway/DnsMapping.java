package dev.penstock.gateway;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.route.Match;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code EXTERNAL:NAME:INTERNAL}: what comes to a port goes to a port of the machines of that name. Immutable.
 *
 * @param external port that is opened here
 * @param name in DNS
 * @param internal port of the endpoints; 0 where SRV records say it
 */
record DnsMapping(int external, String name, int internal) {
    private static final Pattern FORM = Pattern.compile("([^:]*):([^:]*)(?::([^:]*))?");
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
            throw wrong(text, "EXTERNAL:NAME:INTERNAL, as in 80:webserver:8080, or EXTERNAL:NAME for SRV records");
        }
        if (!NAME.matcher(parts.group(2)).matches()) {
            throw wrong(text, "a DNS name after the first colon, as in 80:webserver:8080");
        }
        String internal = parts.group(3);
        boolean srv = internal == null || internal.equals(SRV);
        return new DnsMapping(port(text, parts.group(1)), parts.group(2), srv ? 0 : port(text, internal));
    }

    private static int port(String mapping, String text) {
        int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
        if (port < 1 || port > 65_535) {
            throw wrong(mapping, "ports in 1..65535, not \"" + text + "\"");
        }
        return port;
    }

    private static IllegalArgumentException wrong(String mapping, String expected) {
        return new IllegalArgumentException("mapping: \"" + mapping + "\" (expected: " + expected + ")");
    }

    /** The name and port to look for, as they stand in a URI. */
    String target() {
        return internal == 0 ? name : name + ":" + internal;
    }

    ListenerSpec listener() {
        var bare = ListenerSpec.of(":" + external);
        return ListenerSpec.of(bare.address(), ":" + external);
    }

    ServiceSpec service() {
        return ServiceSpec.of(target());
    }

    RouteSpec route() {
        return RouteSpec.of(Match.ALL.withListeners(Set.of(listener().name())), target());
    }
}
