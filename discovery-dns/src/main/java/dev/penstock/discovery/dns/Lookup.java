package dev.penstock.discovery.dns;

import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.UriOptions;
import java.net.IDN;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.TextParseException;

/**
 * What one service looks for. Immutable.
 *
 * @param name as written
 * @param port of every endpoint; 0 if SRV records say it
 * @param ipv6 whether AAAA records count too
 * @param search {@code on}, {@code off}, or domains joined by commas
 * @param interval from one question to the next; null: as long as the records may be kept
 */
record Lookup(
        String name,
        int port,
        boolean ipv6,
        String search,
        @Nullable Duration interval) {
    static final String PORT = "port";
    static final String SRV = "srv";
    static final String IPV6 = "ipv6";
    static final String SEARCH = "search";
    static final String INTERVAL = "interval";
    static final Set<String> OPTIONS = Set.of(SRV, IPV6, SEARCH, INTERVAL);

    private static final String TTL = "ttl";
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofHours(24);

    /**
     * Reads a query.
     *
     * @throws IllegalArgumentException if it makes no sense
     */
    static Lookup of(ServiceQuery query) {
        UriOptions options = UriOptions.of(query.options());
        int port = options.number(PORT, 0, 1, 65_535);
        boolean srv = options.flag(SRV, query.name().startsWith("_") || port == 0);
        if (srv && port != 0) {
            throw new IllegalArgumentException(
                    "port: " + port + " (expected: none with SRV records, which say the port themselves)");
        }
        if (!srv && port == 0) {
            throw new IllegalArgumentException("port: none (expected: " + query.name() + ":port, or srv=true)");
        }
        parsed(query.name(), "name");
        if (ResolvConf.literal(query.name()) != null) {
            throw new IllegalArgumentException(
                    "name: \"" + query.name() + "\" (expected: a name; an address needs no DNS)");
        }
        String search = options.text(SEARCH).orElse("on");
        domains(search);
        boolean ttl = options.text(INTERVAL).filter(TTL::equals).isPresent();
        Duration interval = ttl ? null : options.duration(INTERVAL, SHORTEST, SHORTEST, LONGEST);
        return new Lookup(query.name(), port, options.flag(IPV6, false), search, interval);
    }

    boolean srv() {
        return port == 0;
    }

    /** The names to ask for, one after the other until one exists, as the C library does. */
    List<Name> candidates(ResolvConf conf) {
        Name written = parsed(name, "name");
        if (written.isAbsolute() || search.equals("off")) {
            return List.of(absolute(written, Name.root));
        }
        List<Name> candidates = new ArrayList<>();
        for (Name domain : search.equals("on") ? conf.search() : domains(search)) {
            candidates.add(absolute(written, domain));
        }
        boolean asItIsFirst = written.labels() - 1 >= conf.ndots();
        candidates.add(asItIsFirst ? 0 : candidates.size(), absolute(written, Name.root));
        return candidates;
    }

    private static Name absolute(Name name, Name domain) {
        try {
            return name.isAbsolute() ? name : Name.concatenate(name, domain);
        } catch (NameTooLongException e) {
            throw new DnsProblem("name: \"" + name + "." + domain + "\" (expected: at most 255 bytes)");
        }
    }

    private static List<Name> domains(String search) {
        List<Name> domains = new ArrayList<>();
        if (!search.equals("on") && !search.equals("off")) {
            for (String domain : search.split(",", -1)) {
                domains.add(absolute(parsed(domain, SEARCH), Name.root));
            }
        }
        return domains;
    }

    private static Name parsed(String text, String what) {
        try {
            String ascii = text.matches("\\p{ASCII}*") ? text : IDN.toASCII(text);
            if (ascii.matches("([A-Za-z0-9_-]{1,63}\\.)*[A-Za-z0-9_-]{1,63}\\.?")) {
                return Name.fromString(ascii);
            }
        } catch (TextParseException | IllegalArgumentException e) {
            throw wrong(text, what, e);
        }
        throw wrong(text, what, null);
    }

    private static IllegalArgumentException wrong(String text, String what, @Nullable Exception cause) {
        return new IllegalArgumentException(
                what + ": \"" + text + "\" (expected: a DNS name, as in site.internal or _http._tcp.site.internal)",
                cause);
    }
}
