package dev.penstock.config;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.route.HostMatch;
import dev.penstock.route.Match;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the form of {@link Server}. What is null counts as left out. Stateless. */
final class ServerDecoder {
    private ServerDecoder() {}

    /** Tells whether a document is in this form: a list, or keys with an address. */
    static boolean isForm(Node root) {
        return root instanceof Node.Sequence
                || (root instanceof Node.Mapping mapping
                        && mapping.entries().stream()
                                .anyMatch(entry -> entry.key().equals("address")));
    }

    /** One server, or a list of them. */
    static List<Server> servers(Value value) {
        List<Server> servers = new ArrayList<>();
        Set<String> addresses = new HashSet<>();
        for (Value item : value.isMapping() ? List.of(value) : value.items("a list of servers")) {
            int index = servers.size();
            Server server = server(item, index);
            if (server == null) {
                continue; // its fault was told
            }
            if (addresses.add(server.address())) {
                servers.add(server);
            } else {
                item.fault("\"" + server.address() + "\" (expected: an address given once)");
            }
        }
        return servers;
    }

    /** One server; null after a fault of its address. */
    static @Nullable Server server(Value value, int index) {
        Fields fields = value.fields("keys with values: address, filter, upstreams, fallbacks");
        String address = fields.required("address", Server.ADDRESS, "", text -> address(text, index));
        ServerFilter filter = fields.optional("filter", ServerFilter.NONE, ServerDecoder::filter);
        List<Upstream> upstreams = fields.optional(
                "upstreams", List.of(), list -> list.isNothing() ? List.of() : listed(list, path(address)));
        List<Upstream> fallbacks = fields.optional(
                "fallbacks", List.of(), list -> fallbacks(list, path(address + ServerDefinitions.FALLBACK)));
        fields.end();
        return address.isEmpty() ? null : new Server(address, filter, upstreams, fallbacks);
    }

    /** What the definitions made of a server call its endpoints. */
    private static String path(String service) {
        return "services." + service + ".endpoints";
    }

    private static String address(Value value, int index) {
        value.standsFor("listeners[" + index + "].address");
        return value.parsed(
                Server.ADDRESS, "", text -> new Server(text, ServerFilter.NONE, List.of(), List.of()).address());
    }

    static ServerFilter filter(Value value) {
        if (value.isNothing()) {
            return ServerFilter.NONE;
        }
        Fields fields = value.fields("Hosts, Schemes, PathPrefix");
        List<String> hosts = fields.optional("Hosts", List.of(), ServerDecoder::hosts);
        Set<String> schemes = fields.optional("Schemes", Set.of(), ServerDecoder::schemes);
        String prefix = fields.optional("PathPrefix", "", ServerDecoder::pathPrefix);
        fields.end();
        return new ServerFilter(hosts, schemes, prefix);
    }

    private static List<String> hosts(Value value) {
        Set<String> hosts = new LinkedHashSet<>();
        if (!value.isNothing()) {
            for (Value host : value.items("a list of hosts")) {
                hosts.add(host.parsed("a host name without port, as in www.example.com", "unset", text -> {
                    HostMatch.parse(text);
                    return text;
                }));
            }
        }
        return List.copyOf(hosts);
    }

    private static Set<String> schemes(Value value) {
        Set<String> schemes = new LinkedHashSet<>();
        if (!value.isNothing()) {
            for (Value scheme : value.items("a list of http, https")) {
                schemes.add(scheme.parsed("http, https or \"\"", "", text -> {
                    Match.ALL.withSchemes(text.isEmpty() ? Set.of() : Set.of(text));
                    return text;
                }));
            }
        }
        schemes.remove("");
        return schemes;
    }

    private static String pathPrefix(Value value) {
        if (value.isNothing()) {
            return "";
        }
        return value.parsed(
                "what paths begin with, as in /api; no *, {, }, ? and #, at most 508 characters", "", text -> {
                    ServerFilter.path(text);
                    return text;
                });
    }

    /** A map by key, or a list. */
    private static List<Upstream> fallbacks(Value value, String path) {
        if (value.isNothing()) {
            return List.of();
        }
        if (value.isList()) {
            return listed(value, path);
        }
        Map<String, Value> keyed = value.fields("a list of fallbacks, or TARGET-PORT with one each")
                .all();
        Map<String, String> keys = new HashMap<>();
        keyed.forEach((key, each) -> keys.put(each.path(), key));
        return distinct(List.copyOf(keyed.values()), path, each -> at(each, keys.getOrDefault(each.path(), "")));
    }

    private static List<Upstream> listed(Value value, String path) {
        return distinct(value.items("a list of upstreams"), path, each -> upstream(each, null));
    }

    private static List<Upstream> distinct(
            List<Value> values, String path, Function<Value, @Nullable Upstream> reader) {
        Map<String, Upstream> byKey = new HashMap<>();
        List<Upstream> upstreams = new ArrayList<>();
        for (Value each : values) {
            each.standsFor(path + "[" + upstreams.size() + "]");
            Upstream upstream = reader.apply(each);
            if (upstream == null) {
                continue; // its fault was told
            }
            if (byKey.putIfAbsent(upstream.key(), upstream) == null) {
                upstreams.add(upstream);
            } else {
                each.fault("\"" + upstream.key() + "\" (expected: a target and port given once)");
            }
        }
        return upstreams;
    }

    /** An upstream whose key says target and port, which it may say again; null after a fault. */
    static @Nullable Upstream at(Value value, String key) {
        Upstream at;
        try {
            at = Upstream.parse(key);
        } catch (IllegalArgumentException e) {
            value.fault(String.valueOf(e.getMessage()));
            return null;
        }
        Upstream upstream = upstream(value, at);
        if (upstream != null && !at.key().equals(upstream.key())) {
            value.fault("\"" + upstream.key() + "\" (expected: \"" + at.key() + "\", as its key says)");
        }
        return upstream;
    }

    /** An upstream; where it is known already, target and port may be left out. Null after a fault. */
    static @Nullable Upstream upstream(Value value, @Nullable Upstream known) {
        Fields fields = value.fields("keys with values: Target, Port, Priority, Weight");
        String target;
        int port;
        if (known == null) {
            target = fields.required("Target", "an IP address or a host name", "", ServerDecoder::target);
            port = fields.required("Port", "1..65535", 0, number -> number.integer(1, 65_535, 0));
        } else {
            target = fields.optional("Target", known.target(), ServerDecoder::target);
            port = fields.optional("Port", known.port(), number -> number.integer(1, 65_535, 0));
        }
        int priority = fields.optional(
                "Priority", 0, number -> number.isNothing() ? 0 : number.integer(0, Upstream.MAX_PRIORITY, 0));
        int weight = fields.optional(
                "Weight", 1, number -> number.isNothing() ? 1 : Math.max(1, number.integer(0, Endpoint.MAX_WEIGHT, 1)));
        fields.end();
        return target.isEmpty() || port == 0 ? null : new Upstream(target, port, priority, weight);
    }

    private static String target(Value value) {
        return value.parsed("an IP address or a host name", "", text -> new Upstream(text, 1, 0, 1).target());
    }
}
