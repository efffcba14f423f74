package dev.penstock.discovery.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Address;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/**
 * What a {@code resolv.conf} says; see resolv.conf(5). Immutable. Lines and options that mean nothing here are passed
 * over, as the C library does.
 *
 * @param servers in the order listed, port 53
 * @param search domains for unqualified names, absolute; the last {@code search} or {@code domain} line counts
 * @param ndots a name with at least so many dots is tried as it is first; {@code 0..15}
 */
record ResolvConf(List<InetSocketAddress> servers, List<Name> search, int ndots) {
    private static final int DNS_PORT = 53;
    private static final int MAX_SERVERS = 8;
    private static final int MAX_SEARCH = 32;
    private static final int MAX_NDOTS = 15;

    ResolvConf {
        servers = List.copyOf(servers);
        search = List.copyOf(search);
    }

    static ResolvConf parse(String text) {
        List<InetSocketAddress> servers = new ArrayList<>();
        List<Name> search = List.of();
        int ndots = 1;
        for (String line : text.split("\\R", -1)) {
            String[] words = line.replaceFirst("[#;].*", "").strip().split("\\s+", -1);
            if (words.length > 1) {
                switch (words[0]) {
                    case "nameserver" -> addServer(servers, words[1]);
                    case "search", "domain" -> search = domains(words);
                    case "options" -> ndots = ndots(words, ndots);
                    default -> {
                        continue;
                    }
                }
            }
        }
        return new ResolvConf(servers, search, ndots);
    }

    private static void addServer(List<InetSocketAddress> servers, String text) {
        InetAddress address = literal(text);
        if (address != null && servers.size() < MAX_SERVERS) {
            servers.add(new InetSocketAddress(address, DNS_PORT));
        }
    }

    /** The address that a text stands for, or null; looks nothing up. */
    static @Nullable InetAddress literal(String text) {
        if (!Address.isDottedQuad(text) && text.indexOf(':') < 0) {
            return null;
        }
        try {
            return InetAddress.getByName(text); // what holds a colon is never looked up; scopes (%eth0) are understood
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private static List<Name> domains(String[] words) {
        List<Name> domains = new ArrayList<>();
        for (int i = 1; i < words.length && domains.size() < MAX_SEARCH; i++) {
            Name domain = domain(words[i]);
            if (domain != null) {
                domains.add(domain);
            }
        }
        return domains;
    }

    private static @Nullable Name domain(String text) {
        try {
            Name name = Name.fromString(text, Name.root);
            return name.equals(Name.root) ? null : name;
        } catch (TextParseException e) {
            return null;
        }
    }

    private static int ndots(String[] words, int before) {
        int ndots = before;
        for (String word : words) {
            if (word.matches("ndots:[0-9]{1,4}")) {
                ndots = Math.min(MAX_NDOTS, Integer.parseInt(word.substring("ndots:".length())));
            }
        }
        return ndots;
    }
}
