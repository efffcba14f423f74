package dev.penstock.config;

import dev.penstock.endpoint.ServiceName;
import dev.penstock.middleware.AddPrefix;
import dev.penstock.middleware.AddressList;
import dev.penstock.middleware.BasicAuth;
import dev.penstock.middleware.BodyLimit;
import dev.penstock.middleware.Compression;
import dev.penstock.middleware.HeaderEdits;
import dev.penstock.middleware.InFlightLimit;
import dev.penstock.middleware.Middleware;
import dev.penstock.middleware.PasswordHash;
import dev.penstock.middleware.RateLimit;
import dev.penstock.middleware.Redirect;
import dev.penstock.middleware.ReplacePath;
import dev.penstock.middleware.Respond;
import dev.penstock.middleware.Split;
import dev.penstock.middleware.StripPrefix;
import dev.penstock.resolve.AddressRange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Reads the middleware of a route: a list, each item of one key. Stateless. */
final class MiddlewareDecoder {
    private static final Middleware UNSET = new BodyLimit(1);
    private static final String PATH_EXPECTED = "a path that begins with /, without query, blanks and dot segments";
    private static final String RANGE_EXPECTED = "an IP address, or one with /bits as in 10.0.0.0/8";

    private static final String MEDIA_EXPECTED = "a media type as in text/html or text/*, without parameters";

    private MiddlewareDecoder() {}

    static List<Middleware> middleware(Value value) {
        return value.items("a list, each item with one key").stream()
                .map(MiddlewareDecoder::piece)
                .toList();
    }

    private static Middleware piece(Value value) {
        Fields fields = value.fields("one key, as in stripPrefix: /api");
        List<Middleware> found = new ArrayList<>();
        fields.optional("addresses", false, given -> found.add(addresses(given)));
        fields.optional("basicAuth", false, given -> found.add(basicAuth(given)));
        fields.optional("rate", false, given -> found.add(rate(given)));
        fields.optional("inFlight", false, most -> found.add(new InFlightLimit(most.integer(1, 1_000_000, 1))));
        fields.optional("body", false, size -> found.add(new BodyLimit(size.size(1, Long.MAX_VALUE, 1))));
        fields.optional("redirect", false, given -> found.add(redirect(given)));
        fields.optional(
                "respond",
                false,
                status -> found.add(status.parsed("200, or 400..599", UNSET, MiddlewareDecoder::respond)));
        fields.optional("stripPrefix", false, given -> found.add(stripPrefix(given)));
        fields.optional("addPrefix", false, path -> found.add(path.parsed(PATH_EXPECTED, UNSET, AddPrefix::new)));
        fields.optional("replacePath", false, path -> found.add(path.parsed(PATH_EXPECTED, UNSET, ReplacePath::new)));
        fields.optional("request", false, given -> found.add(headers(given, false)));
        fields.optional("answer", false, given -> found.add(headers(given, true)));
        fields.optional("compress", false, given -> found.add(compression(given)));
        fields.optional("split", false, given -> found.add(split(given)));
        fields.end();
        if (value.isMapping() && found.size() != 1) {
            value.fault((found.isEmpty() ? "none" : "several") + " (expected: exactly one key in each item)");
        }
        return found.isEmpty() ? UNSET : found.get(0);
    }

    /** What a record refuses as a whole is a fault of the mapping. */
    private static Middleware checked(Value value, Supplier<Middleware> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            value.fault(String.valueOf(e.getMessage()));
            return UNSET;
        }
    }

    /** The same, where nothing has been said yet of a value that is no mapping at all. */
    private static Middleware settings(Value value, Supplier<Middleware> made) {
        return value.isMapping() ? checked(value, made) : UNSET;
    }

    private static Middleware addresses(Value value) {
        Fields fields = value.fields("allow, deny");
        List<AddressRange> allow = fields.optional("allow", List.of(), MiddlewareDecoder::ranges);
        List<AddressRange> deny = fields.optional("deny", List.of(), MiddlewareDecoder::ranges);
        fields.end();
        return settings(value, () -> new AddressList(allow, deny));
    }

    private static List<AddressRange> ranges(Value value) {
        AddressRange standIn = AddressRange.parse("127.0.0.1");
        return value.oneOrMore("a list of address ranges").stream()
                .map(item -> item.parsed(RANGE_EXPECTED, standIn, AddressRange::parse))
                .toList();
    }

    private static Middleware basicAuth(Value value) {
        Fields fields = value.fields("users, usersFile, realm, forward");
        var named = new boolean[1];
        Map<String, PasswordHash> users = fields.optional("users", Map.of(), names -> {
            named[0] = true;
            return users(names);
        });
        Path none = Path.of("");
        Path file = fields.optional(
                "usersFile",
                none,
                path -> path.parsed("a path in the file system", Path.of("unset"), MiddlewareDecoder::file));
        String realm = fields.optional("realm", "Restricted", text -> text.text("unset"));
        boolean forward = fields.optional("forward", false, flag -> flag.flag(false));
        fields.end();
        return named[0] && users.isEmpty() // which is a fault already
                ? UNSET
                : checked(value, () -> new BasicAuth(realm, users, file.equals(none) ? null : file, forward));
    }

    private static Path file(String text) {
        if (text.isBlank() || text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("no path");
        }
        return Path.of(text);
    }

    private static Map<String, PasswordHash> users(Value value) {
        Map<String, PasswordHash> users = new LinkedHashMap<>();
        value.fields("names with hashes of passwords").all().forEach((name, text) -> {
            // The value is not shown: it may be a password.
            PasswordHash hash = text.parsed(
                    PasswordHash.expected(),
                    Unset.HASH,
                    PasswordHash::parse,
                    scalar -> PasswordHash.kind(scalar.text()));
            users.put(name, hash);
        });
        if (users.isEmpty() && value.isMapping()) {
            value.fault("none (expected: at least one)");
        }
        return users;
    }

    /** Made where it is needed first. */
    private static final class Unset {
        static final PasswordHash HASH =
                PasswordHash.parse("pbkdf2_sha256$1000$unsetunset$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    }

    private static Middleware rate(Value value) {
        Fields fields = value.fields("requests, period, burst, header, clients");
        int requests = fields.required("requests", "a number", 1, number -> number.integer(1, 1_000_000, 1));
        Duration second = Duration.ofSeconds(1);
        Duration period = fields.optional("period", second, time -> time.duration(false, second));
        int burst = fields.optional("burst", requests, number -> number.integer(1, 1_000_000, 1));
        String header = fields.optional("header", "", text -> text.text(""));
        int clients = fields.optional(
                "clients", RateLimit.DEFAULT_CLIENTS, number -> number.integer(1, 1 << 20, RateLimit.DEFAULT_CLIENTS));
        fields.end();
        return checked(value, () -> new RateLimit(requests, period, burst, header, clients));
    }

    private static Middleware redirect(Value value) {
        Fields fields = value.fields("scheme, host, port, path, status");
        String scheme = fields.optional("scheme", "", text -> text.text(""));
        String host = fields.optional("host", "", text -> text.text(""));
        int port = fields.optional("port", 0, number -> number.integer(1, 65_535, 0));
        String path = fields.optional("path", "", text -> text.text(""));
        int status = fields.optional("status", 302, number -> number.integer(301, 308, 302));
        fields.end();
        return settings(value, () -> new Redirect(scheme, host, port, path, status));
    }

    private static Middleware respond(String status) {
        return new Respond(Integer.parseInt(status));
    }

    private static Middleware stripPrefix(Value value) {
        List<String> prefixes = value.oneOrMore("a path, or a list of them").stream()
                .map(Value::spelled)
                .toList();
        return checked(value, () -> new StripPrefix(prefixes));
    }

    private static Middleware headers(Value value, boolean answers) {
        Fields fields = value.fields("remove, set, add");
        List<String> remove = fields.optional(
                "remove",
                List.of(),
                names -> names.oneOrMore("a name, or a list of them").stream()
                        .map(Value::spelled)
                        .toList());
        Map<String, String> set = fields.optional("set", Map.of(), MiddlewareDecoder::texts);
        Map<String, String> add = fields.optional("add", Map.of(), MiddlewareDecoder::texts);
        fields.end();
        return settings(value, () -> new HeaderEdits(answers, remove, set, add));
    }

    private static Map<String, String> texts(Value value) {
        Map<String, String> texts = new LinkedHashMap<>();
        value.fields("names with values").all().forEach((name, text) -> texts.put(name, text.spelled()));
        return texts;
    }

    private static Middleware compression(Value value) {
        Compression defaults = Compression.defaults();
        if (value.isScalar()) {
            if (!value.flag(true)) {
                value.fault("false (expected: true, from or types)");
            }
            return defaults;
        }
        Fields fields = value.fields("true, or from, types");
        long least = fields.optional("from", defaults.leastBytes(), size -> size.size(0, Long.MAX_VALUE, 0));
        Set<String> types = fields.optional("types", defaults.types(), MiddlewareDecoder::types);
        fields.end();
        return checked(value, () -> new Compression(least, types));
    }

    private static Set<String> types(Value value) {
        Set<String> types = new LinkedHashSet<>();
        value.oneOrMore("a media type as in text/html or text/*, or a list of them")
                .forEach(item -> types.add(item.parsed(MEDIA_EXPECTED, "text/*", MiddlewareDecoder::mediaType)));
        return types;
    }

    /** Without parameters: an answer's are left out of the comparison. */
    private static String mediaType(String text) {
        if (!text.matches("[^\\s/;,]+/[^\\s/;,]+")) {
            throw new IllegalArgumentException(text);
        }
        return text.toLowerCase(Locale.ROOT);
    }

    private static Middleware split(Value value) {
        Map<ServiceName, Integer> percent = new LinkedHashMap<>();
        value.fields("services with per cents").all().forEach((name, share) -> {
            int part = share.integer(0, 100, 0);
            try {
                percent.put(ServiceName.of(name), part);
            } catch (IllegalArgumentException e) {
                share.fault("not a name");
            }
        });
        return settings(value, () -> new Split(percent));
    }
}
