package dev.penstock.label;

import dev.penstock.label.LabelSet.Label;
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
import dev.penstock.middleware.StripPrefix;
import dev.penstock.resolve.AddressRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/** Reads those of Traefik's middlewares that have a meaning here. Confined to one reading. */
final class TraefikPieces {
    /** The kinds that are read. */
    static final Set<String> KINDS = Set.of(
            "addprefix",
            "basicauth",
            "buffering",
            "compress",
            "headers",
            "inflightreq",
            "ipallowlist",
            "ipwhitelist",
            "ratelimit",
            "redirectscheme",
            "replacepath",
            "stripprefix");

    private static final int MOST = 1_000_000;

    private final LabelSet labels;
    private final String kind;
    private final SortedMap<String, Label> some;
    private final LabelEntry entry;
    private boolean whole = true;

    private TraefikPieces(LabelSet labels, String kind, SortedMap<String, Label> some) {
        this.labels = labels;
        this.kind = kind;
        this.some = some;
        this.entry = new LabelEntry(labels, some);
    }

    /**
     * The pieces that a middleware means; none where it cannot be understood or asks for more than there is, with a problem.
     *
     * @param some its labels, each key with the kind in front
     */
    static List<Middleware> of(LabelSet labels, String kind, SortedMap<String, Label> some) {
        var reading = new TraefikPieces(labels, kind, some);
        List<Middleware> pieces = new ArrayList<>();
        try {
            reading.read(pieces);
        } catch (IllegalArgumentException e) {
            labels.problem(LabelSet.first(some).key(), String.valueOf(e.getMessage()));
            return List.of();
        }
        return reading.entry.end() && reading.whole ? pieces : List.of();
    }

    private void read(List<Middleware> pieces) {
        switch (kind) {
            case "addprefix" ->
                pieces.add(entry.read("addprefix.prefix", new AddPrefix("/"), "a path", AddPrefix::new));
            case "replacepath" ->
                pieces.add(entry.read("replacepath.path", new ReplacePath("/"), "a path", ReplacePath::new));
            case "stripprefix" -> {
                entry.flag("stripprefix.forceslash", true); // there is always one
                pieces.add(new StripPrefix(entry.list("stripprefix.prefixes", "paths with commas", text -> text)));
            }
            case "buffering" -> {
                int most = entry.integer("buffering.maxrequestbodybytes", 0, 0, Integer.MAX_VALUE);
                entry.unsupported("buffering.", "buffering is");
                if (most > 0) {
                    pieces.add(new BodyLimit(most));
                }
            }
            case "compress" -> compress(pieces);
            case "headers" -> headers(pieces);
            case "inflightreq" -> {
                onlyWithout("inflightreq.sourcecriterion.", "a limit for each source is");
                pieces.add(new InFlightLimit(entry.integer("inflightreq.amount", 1, 1, MOST)));
            }
            case "ratelimit" -> rate(pieces);
            case "redirectscheme" -> redirect(pieces);
            case "basicauth" -> basicAuth(pieces);
            default -> addresses(pieces);
        }
    }

    /** What would mean something else without a setting is left out with it. */
    private void onlyWithout(String prefix, String feature) {
        whole &= !entry.hasBelow(prefix);
        entry.unsupported(prefix, feature);
    }

    private void addresses(List<Middleware> pieces) {
        onlyWithout(kind + ".ipstrategy", "another address than the client's is");
        entry.goesWithout(kind + ".rejectstatuscode", "another status than 403 is");
        entry.integer(kind + ".rejectstatuscode", 403, 400, 599);
        List<AddressRange> ranges = entry.list(kind + ".sourcerange", "address ranges", AddressRange::parse);
        pieces.add(new AddressList(ranges, List.of()));
    }

    private void rate(List<Middleware> pieces) {
        String header = entry.text("ratelimit.sourcecriterion.requestheadername", "", "the name of a header");
        onlyWithout("ratelimit.redis.", "a rate limit in Redis is");
        for (String key : List.of("ipstrategy", "requesthost")) {
            onlyWithout("ratelimit.sourcecriterion." + key, "this source criterion is");
        }
        int average = entry.integer("ratelimit.average", 0, 0, MOST);
        int burst = entry.integer("ratelimit.burst", 1, 1, MOST);
        Duration period = HealthLabels.duration(entry, "ratelimit.period", Duration.ofSeconds(1));
        if (average > 0) { // 0 is no limit
            pieces.add(new RateLimit(average, period, burst, header, RateLimit.DEFAULT_CLIENTS));
        }
    }

    private void redirect(List<Middleware> pieces) {
        String scheme = entry.text("redirectscheme.scheme", "", "http or https").toLowerCase(Locale.ROOT);
        int port = entry.integer("redirectscheme.port", 0, 1, 65_535);
        boolean permanent = entry.flag("redirectscheme.permanent", false);
        pieces.add(new Redirect(scheme, "", port, "", permanent ? 308 : 307)); // those that keep the method
    }

    private void compress(List<Middleware> pieces) {
        boolean asked = entry.flag("compress", true);
        Compression defaults = Compression.defaults();
        int least = entry.integer("compress.minresponsebodybytes", 1_024, 0, Integer.MAX_VALUE);
        Set<String> types = new LinkedHashSet<>(
                entry.list("compress.includedcontenttypes", "media types", text -> text.toLowerCase(Locale.ROOT)));
        entry.unsupported("compress.", "this option of compress is");
        if (asked) {
            pieces.add(new Compression(least, types.isEmpty() ? defaults.types() : types));
        }
    }

    private void headers(List<Middleware> pieces) {
        edits(pieces, "headers.customrequestheaders.", false);
        edits(pieces, "headers.customresponseheaders.", true);
        entry.unsupported("headers.", "this option of headers is");
    }

    /** An empty value takes a header out, as with Traefik. */
    private void edits(List<Middleware> pieces, String prefix, boolean answers) {
        List<String> remove = new ArrayList<>();
        Map<String, String> set = new HashMap<>();
        entry.below(prefix).forEach((name, label) -> {
            if (label.value().isEmpty()) {
                remove.add(name);
            } else {
                set.put(name, label.value());
            }
        });
        if (!remove.isEmpty() || !set.isEmpty()) {
            pieces.add(new HeaderEdits(answers, remove, set, Map.of()));
        }
    }

    private void basicAuth(List<Middleware> pieces) {
        entry.unsupported("basicauth.headerfield", "a header with the user is");
        String realm = entry.text("basicauth.realm", "traefik", "one word");
        boolean remove = entry.flag("basicauth.removeheader", false);
        Map<String, PasswordHash> users = new HashMap<>();
        for (Map.Entry<String, Label> label : entry.below("basicauth.users").entrySet()) {
            if (label.getKey().equals("file")) {
                // Whoever may start a container would have the gateway read any path.
                labels.problem(
                        label.getValue().key(),
                        "a file of the gateway is named in its own configuration only (expected: users)");
                whole = false;
                return;
            }
            if (!label.getKey().isEmpty() || !users(label.getValue().value(), users)) {
                // The value is not shown: it holds users and their passwords.
                labels.problem(
                        some.getOrDefault("basicauth.users", label.getValue()).key(),
                        "users, one with no hash or with one that is not supported (expected: name:hash, with a hash of "
                                + PasswordHash.expected() + ")");
                whole = false;
                return;
            }
        }
        pieces.add(new BasicAuth(realm, users, !remove));
    }

    private static boolean users(String text, Map<String, PasswordHash> users) {
        for (String user : text.split(",", -1)) {
            int colon = user.indexOf(':');
            try {
                users.put(
                        user.substring(0, Math.max(0, colon)).strip(),
                        PasswordHash.parse(user.substring(colon + 1).strip()));
            } catch (IllegalArgumentException e) {
                return false;
            }
        }
        return true;
    }
}
