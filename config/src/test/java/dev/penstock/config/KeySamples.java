package dev.penstock.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Values that a type takes and such that it refuses, at its bounds where it has some. Stateless. */
final class KeySamples {
    private static final Map<TextKind, List<Object>> TEXTS = Map.ofEntries(
            Map.entry(TextKind.TEXT, List.of("orders", 7L)),
            Map.entry(TextKind.VALUE, List.of("GET", 7L, true)),
            Map.entry(TextKind.NAME, List.of("orders", 7L, "...", ".a")),
            Map.entry(TextKind.SERVICE, List.of("other", 7L)),
            Map.entry(TextKind.ADDRESS, List.of("127.0.0.1:8080", "[::1]:65535")),
            Map.entry(TextKind.URI, List.of("docker://", "consul://10.0.0.9:8500/orders?tag=v2")),
            Map.entry(TextKind.RANGE, List.of("10.0.0.0/8", "::1")),
            Map.entry(TextKind.HOST, List.of("www.example.com")),
            Map.entry(TextKind.PATH, List.of("/api")),
            Map.entry(TextKind.FILE, List.of("a.pem", "/run/secrets/a.pem")),
            Map.entry(TextKind.TOKEN, List.of("opensesame")),
            Map.entry(TextKind.FORMAT, List.of("json", "combined", "{status} {method}")),
            Map.entry(TextKind.PORTS, List.of(53L, "1024-65535")),
            Map.entry(
                    TextKind.HASH, List.of("pbkdf2_sha256$1000$saltsalt$C+w4bkkxux/6iuxBJHXHCpexx+t+30Y3y6nLwktObDw=")),
            Map.entry(TextKind.METHOD, List.of("GET")),
            Map.entry(TextKind.MEDIA, List.of("text/html", "text/*")),
            Map.entry(TextKind.STATUSES, List.of(204L, "200-399")));

    private static final Map<TextKind, List<Object>> NO_TEXTS = Map.ofEntries(
            Map.entry(TextKind.NAME, List.of(".", "..")),
            Map.entry(TextKind.SERVICE, List.of(".", "..")),
            Map.entry(TextKind.ADDRESS, List.of("no port", 8080L)),
            Map.entry(TextKind.URI, List.of("/no/scheme")),
            Map.entry(TextKind.RANGE, List.of("everybody")),
            Map.entry(TextKind.HOST, List.of("two words")),
            Map.entry(TextKind.PATH, List.of("api")),
            Map.entry(TextKind.TOKEN, List.of("short", "has a blank in it")),
            Map.entry(TextKind.PORTS, List.of("many")),
            Map.entry(TextKind.METHOD, List.of("two words")),
            Map.entry(TextKind.MEDIA, List.of("html", "text/", "text/html; charset=utf-8")),
            Map.entry(TextKind.STATUSES, List.of("good", "99")));

    private KeySamples() {}

    /** Values that are taken, the bounds among them. */
    static List<Object> good(KeyType type) {
        if (type instanceof KeyType.Literal literal) {
            return List.of(KeySchemas.literal(literal.word()).get(0));
        }
        if (type instanceof KeyType.Whole whole) {
            return List.of(whole.least(), whole.most());
        }
        if (type instanceof KeyType.Fraction number) {
            return List.of(number.least(), number.most());
        }
        if (type instanceof KeyType.Size size) {
            String most = size.most().isEmpty() ? "2GiB" : size.most();
            return List.of(size.least(), KeySchemas.bytes(size.least()), most, KeySchemas.bytes(most));
        }
        if (type instanceof KeyType.Time time) {
            return List.of(
                    time.least().isEmpty() ? "1ms" : time.least(), time.most().isEmpty() ? "365d" : time.most());
        }
        if (type instanceof KeyType.Text text) {
            return TEXTS.getOrDefault(text.kind(), List.of());
        }
        if (type instanceof KeyType.Many many) {
            return good(many);
        }
        if (type instanceof KeyType.Named named) {
            return good(named.value()).stream()
                    .<Object>map(value -> Map.of("x-a", value))
                    .toList();
        }
        if (type instanceof KeyType.Either either) {
            return either.types().stream().flatMap(one -> good(one).stream()).toList();
        }
        return type instanceof KeyType.Flag ? List.of(true, false) : List.of(); // settings: by their own keys
    }

    private static List<Object> good(KeyType.Many many) {
        List<Object> samples = new ArrayList<>();
        for (Object item : good(many.item())) {
            samples.add(List.of(item));
            if (many.orOne() && !(item instanceof Map)) {
                samples.add(item);
            }
        }
        return samples;
    }

    /** Values that are refused by their spelling or their bounds. */
    static List<Object> bad(KeyType type) {
        List<Object> samples = new ArrayList<>(List.of(List.of(List.of(true))));
        if (type instanceof KeyType.Either either) {
            boolean words = either.types().stream().allMatch(KeyType.Literal.class::isInstance);
            samples.addAll(words ? List.of("nope", 4711L) : List.of(Map.of("nope", true)));
        } else if (type instanceof KeyType.Many many) {
            bad(many.item()).forEach(item -> samples.add(List.of(item)));
        } else if (type instanceof KeyType.Named named) {
            samples.add("no keys");
            bad(named.value()).forEach(value -> samples.add(Map.of("x-a", value)));
        } else if (type instanceof KeyType.Settings) {
            samples.addAll(List.of("no keys", Map.of("nope", true)));
        } else {
            samples.add(Map.of("nope", true));
            samples.addAll(badScalars(type));
        }
        return samples;
    }

    private static List<Object> badScalars(KeyType type) {
        if (type instanceof KeyType.Whole whole) {
            return List.of(whole.least() - 1, whole.most() + 1, "many", 1.5);
        }
        if (type instanceof KeyType.Fraction number) {
            return List.of(number.least() / 2, number.most() + 1, "much");
        }
        if (type instanceof KeyType.Size size) {
            List<Object> samples = new ArrayList<>(List.of(KeySchemas.bytes(size.least()) - 1, "8 KB"));
            if (!size.most().isEmpty()) {
                samples.add(KeySchemas.bytes(size.most()) + 1);
            }
            return samples;
        }
        if (type instanceof KeyType.Time time) {
            return time.zero() ? List.of(5L, "soon") : List.of("0s", "000ms", 5L, "soon");
        }
        if (type instanceof KeyType.Text text) {
            return NO_TEXTS.getOrDefault(text.kind(), List.of());
        }
        return List.of("nope");
    }
}
