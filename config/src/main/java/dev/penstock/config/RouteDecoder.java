package dev.penstock.config;

import dev.penstock.catalog.RouteSpec;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.middleware.Middleware;
import dev.penstock.route.HostMatch;
import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import dev.penstock.route.Route;
import dev.penstock.route.ValueMatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Reads routes. Confined to one reading: it gives routes without a name one of their own. */
final class RouteDecoder {
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");
    private static final ServiceName UNSET = ServiceName.of("unset");

    private final String source;
    private final Map<String, Integer> names = new HashMap<>();

    RouteDecoder(String source) {
        this.source = source;
    }

    RouteSpec route(Value value) {
        Fields fields = value.fields("keys with values: service, host, path ...");
        Match match = match(fields);
        ServiceName service = fields.required(
                "service",
                "the name of a service",
                UNSET,
                name -> name.parsed("the name of a service", UNSET, ServiceName::of));
        int priority = fields.optional("priority", 0, number -> number.integer(-1_000_000, 1_000_000, 0));
        String name = fields.optional("name", "", text -> text.name("unset"));
        List<Middleware> middleware = fields.optional("middleware", List.of(), MiddlewareDecoder::middleware);
        fields.end();
        Route route = new Route(name.isEmpty() ? derived(match) : name, match, priority, service);
        return new RouteSpec(route, middleware, value.definedIn(source));
    }

    /** A name that says the condition and stays the same while the condition does. */
    private String derived(Match match) {
        String methods = match.methods().isEmpty()
                ? ""
                : String.join(",", match.methods().stream().sorted().toList()) + " ";
        String name = methods + described(match.host()) + described(match.path());
        int uses = names.merge(name, 1, Integer::sum);
        return uses == 1 ? name : name + " #" + uses;
    }

    private static String described(HostMatch host) {
        if (host instanceof HostMatch.Exact exact) {
            return exact.name();
        }
        return host instanceof HostMatch.Below below ? "*." + below.domain() : "*";
    }

    private static String described(PathMatch path) {
        if (path instanceof PathMatch.Exact exact) {
            return "=" + exact.path();
        }
        if (path instanceof PathMatch.Pattern pattern) {
            return "~" + pattern.pattern();
        }
        return path instanceof PathMatch.Prefix prefix ? prefix.path() : "";
    }

    private static Match match(Fields fields) {
        HostMatch anyHost = new HostMatch.Any();
        PathMatch anyPath = new PathMatch.Any();
        return new Match(
                fields.optional(
                        "host",
                        anyHost,
                        host -> host.parsed(
                                "a host name without port, as in www.example.com or \"*.example.com\"",
                                anyHost,
                                HostMatch::parse)),
                fields.optional("path", anyPath, RouteDecoder::path),
                fields.optional("methods", Set.of(), RouteDecoder::methods),
                fields.optional("headers", List.of(), RouteDecoder::headers),
                fields.optional("query", List.of(), value -> conditions(value, name -> true)),
                fields.optional("listeners", Set.of(), RouteDecoder::listeners),
                fields.optional("schemes", Set.of(), RouteDecoder::schemes));
    }

    private static PathMatch path(Value value) {
        if (value.isScalar()) {
            return path(value, PathMatch.Prefix::new);
        }
        Fields fields = value.fields("a prefix as in /api, or one of prefix, exact, pattern");
        List<PathMatch> given = new ArrayList<>();
        fields.optional("prefix", false, text -> given.add(path(text, PathMatch.Prefix::new)));
        fields.optional("exact", false, text -> given.add(path(text, PathMatch.Exact::new)));
        fields.optional("pattern", false, text -> given.add(path(text, PathMatch.Pattern::new)));
        fields.end();
        if (given.size() == 1) {
            return given.get(0);
        }
        if (value.isMapping()) {
            value.fault((given.isEmpty() ? "none" : "several") + " (expected: exactly one of prefix, exact, pattern)");
        }
        return new PathMatch.Any();
    }

    private static PathMatch path(Value value, Function<String, PathMatch> kind) {
        return value.parsed("a path that begins with /, without query and fragment", new PathMatch.Any(), kind);
    }

    private static Set<String> methods(Value value) {
        Set<String> methods = new LinkedHashSet<>();
        for (Value item : value.oneOrMore("a list of methods")) {
            String method = item.spelled();
            String upper = method.toUpperCase(Locale.ROOT);
            if (!TOKEN.matcher(method).matches()) {
                item.unexpected("a method as in GET");
            } else if (METHODS.contains(upper) && !METHODS.contains(method)) {
                // It would match no request that a client sends on purpose.
                item.fault('"' + method + "\" (expected: in upper case); did you mean \"" + upper + "\"?");
            }
            methods.add(method);
        }
        return methods;
    }

    private static List<ValueMatch> headers(Value value) {
        return conditions(value, name -> TOKEN.matcher(name).matches());
    }

    private static List<ValueMatch> conditions(Value value, Predicate<String> legalName) {
        List<ValueMatch> conditions = new ArrayList<>();
        value.fields("names with values").all().forEach((name, condition) -> {
            if (name.isBlank() || !legalName.test(name)) {
                condition.fault("not a name");
            } else {
                conditions.add(new ValueMatch(name, values(condition)));
            }
        });
        return conditions;
    }

    /** One value, a list of them, or {@code {present: true}} for any. */
    private static Set<String> values(Value value) {
        if (value.isMapping()) {
            Fields fields = value.fields("present: true");
            boolean present = fields.required("present", "true", true, flag -> flag.flag(true));
            fields.end();
            if (!present) {
                value.fault("present: false (expected: true)");
            }
            return Set.of();
        }
        Set<String> values = new LinkedHashSet<>();
        value.oneOrMore("a value, a list of values, or {present: true}").forEach(item -> values.add(item.spelled()));
        if (values.isEmpty() && value.isList()) {
            value.fault("an empty list (expected: at least one value, or {present: true})");
        }
        return values;
    }

    /** As with the REST filter, an empty text is no condition. */
    private static Set<String> schemes(Value value) {
        Set<String> schemes = new LinkedHashSet<>();
        for (Value item : value.oneOrMore("a list of schemes")) {
            if (Match.SCHEMES.stream().anyMatch(item::isText)) {
                schemes.add(item.spelled());
            } else if (!item.isText("")) {
                item.unexpected("http or https");
            }
        }
        return schemes;
    }

    private static Set<String> listeners(Value value) {
        Set<String> listeners = new LinkedHashSet<>();
        value.oneOrMore("a list of listener names").forEach(item -> listeners.add(item.spelled()));
        return listeners;
    }
}
