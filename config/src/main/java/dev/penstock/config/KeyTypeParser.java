package dev.penstock.config;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/** Reads the types of {@code keys.txt}, whose head says how they are written. Confined to one type. */
final class KeyTypeParser {
    private final Deque<String> words;

    private KeyTypeParser(String text) {
        String spaced = text.replace("(", "( ").replace(")", " )");
        words = new ArrayDeque<>(Arrays.asList(spaced.split(" +", -1)));
    }

    static KeyType parse(String text) {
        try {
            var parser = new KeyTypeParser(text);
            KeyType type = parser.alternatives();
            if (parser.words.isEmpty()) {
                return type;
            }
        } catch (RuntimeException e) {
            throw new IllegalStateException("keys.txt: \"" + text + "\" (expected: a type)", e);
        }
        throw new IllegalStateException("keys.txt: \"" + text + "\" (expected: a type)");
    }

    private KeyType alternatives() {
        List<KeyType> types = new ArrayList<>();
        do {
            types.add(one());
        } while (taken("or"));
        return types.size() == 1 ? types.get(0) : new KeyType.Either(types);
    }

    private boolean taken(String word) {
        boolean next = word.equals(words.peek());
        if (next) {
            words.remove();
        }
        return next;
    }

    private KeyType one() {
        String word = words.remove();
        return switch (word) {
            case "(" -> grouped();
            case "list" -> many(taken("of"), false);
            case "one" -> taken("setting") ? settings(true) : many(taken("or") && taken("more"), true);
            case "by" -> named(taken("name"));
            case "settings" -> settings(false);
            case "flag" -> new KeyType.Flag();
            case "size" -> new KeyType.Size(bound(words.peek(), true), bound(words.remove(), false));
            case "duration" -> duration();
            case "number" ->
                new KeyType.Fraction(
                        Double.parseDouble(bound(words.peek(), true)),
                        Double.parseDouble(bound(words.remove(), false)));
            default -> word.startsWith("`") ? literal(word) : numberOrText(word);
        };
    }

    private KeyType grouped() {
        KeyType type = alternatives();
        expect(taken(")"));
        return type;
    }

    private KeyType many(boolean wellFormed, boolean orOne) {
        expect(wellFormed);
        return new KeyType.Many(one(), orOne);
    }

    private KeyType named(boolean wellFormed) {
        expect(wellFormed);
        return new KeyType.Named(one());
    }

    private KeyType settings(boolean one) {
        String of = taken("of") ? words.remove() : "";
        List<String> but = new ArrayList<>();
        boolean more = taken("but");
        while (more) {
            String name = words.remove();
            more = name.endsWith(",");
            but.add(name.replace(",", ""));
        }
        return new KeyType.Settings(of, but, one);
    }

    private KeyType duration() {
        String next = words.peek();
        boolean bounded = next != null && next.contains("..");
        return bounded
                ? new KeyType.Time(bound(words.peek(), true), bound(words.remove(), false))
                : new KeyType.Time("", "");
    }

    private static KeyType literal(String word) {
        expect(word.length() > 2 && word.endsWith("`"));
        return new KeyType.Literal(word.substring(1, word.length() - 1));
    }

    private KeyType numberOrText(String word) {
        if (!word.contains("..")) {
            return new KeyType.Text(TextKind.of(word));
        }
        return new KeyType.Whole(
                Long.parseLong(bound(word, true)), Long.parseLong(bound(word, false)), taken("%") ? "%" : "");
    }

    private static String bound(String range, boolean least) {
        int dots = range.indexOf("..");
        expect(dots >= 0);
        return least ? range.substring(0, dots) : range.substring(dots + 2);
    }

    private static void expect(boolean wellFormed) {
        if (!wellFormed) {
            throw new IllegalArgumentException("malformed");
        }
    }
}
