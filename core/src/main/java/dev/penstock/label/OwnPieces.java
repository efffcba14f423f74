package dev.penstock.label;

import dev.penstock.label.LabelSet.Label;
import dev.penstock.middleware.AddPrefix;
import dev.penstock.middleware.AddressList;
import dev.penstock.middleware.BodyLimit;
import dev.penstock.middleware.Compression;
import dev.penstock.middleware.HeaderEdits;
import dev.penstock.middleware.InFlightLimit;
import dev.penstock.middleware.Middleware;
import dev.penstock.middleware.RateLimit;
import dev.penstock.middleware.Redirect;
import dev.penstock.middleware.StripPrefix;
import dev.penstock.resolve.AddressRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the middleware of a route from our own labels; its order is fixed: who gets in, how often, where to. Stateless. */
final class OwnPieces {
    private static final Pattern RATE = Pattern.compile("([1-9][0-9]{0,6})/(s|m|h)");

    private OwnPieces() {}

    static List<Middleware> read(LabelEntry entry) {
        List<Middleware> pieces = new ArrayList<>();
        if (entry.flag("https", false)) {
            pieces.add(new Redirect("https", "", 0, "", 308));
        }
        List<AddressRange> allow = entry.list("allow", "address ranges", AddressRange::parse);
        List<AddressRange> deny = entry.list("deny", "address ranges", AddressRange::parse);
        if (!allow.isEmpty() || !deny.isEmpty()) {
            pieces.add(new AddressList(allow, deny));
        }
        add(pieces, entry, "rate", "requests in a time, as in 100/s, 100/m or 100/h", OwnPieces::rate);
        add(
                pieces,
                entry,
                "inflight",
                "a whole number in 1..1000000",
                text -> new InFlightLimit(Integer.parseInt(text)));
        add(pieces, entry, "body", "a number of bytes", text -> new BodyLimit(Long.parseLong(text)));
        add(
                pieces,
                entry,
                "stripprefix",
                "paths with commas",
                text -> new StripPrefix(LabelEntry.items(text, item -> item)));
        add(pieces, entry, "addprefix", "a path", AddPrefix::new);
        edits(pieces, entry, "request.headers.", false);
        edits(pieces, entry, "answer.headers.", true);
        if (entry.flag("compress", false)) {
            pieces.add(Compression.defaults());
        }
        return pieces;
    }

    private static void add(
            List<Middleware> pieces,
            LabelEntry entry,
            String key,
            String expected,
            Function<String, Middleware> parser) {
        entry.read(key, false, expected, text -> pieces.add(parser.apply(text)));
    }

    private static RateLimit rate(String text) {
        Matcher matcher = RATE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(text);
        }
        Duration period = switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(1);
            case "m" -> Duration.ofMinutes(1);
            default -> Duration.ofHours(1);
        };
        return RateLimit.of(Integer.parseInt(matcher.group(1)), period);
    }

    /** An empty value takes a header out. */
    private static void edits(List<Middleware> pieces, LabelEntry entry, String prefix, boolean answers) {
        for (Map.Entry<String, Label> found : entry.below(prefix).entrySet()) {
            Map<String, String> set = new HashMap<>();
            String value = found.getValue().value();
            if (!value.isEmpty()) {
                set.put(found.getKey(), value);
            }
            try {
                List<String> remove = value.isEmpty() ? List.of(found.getKey()) : List.of();
                pieces.add(new HeaderEdits(answers, remove, set, Map.of()));
            } catch (IllegalArgumentException e) {
                entry.fault(found.getValue(), "(expected: a header that may be changed, and a line)");
            }
        }
    }
}
