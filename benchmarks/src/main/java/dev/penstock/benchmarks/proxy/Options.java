package dev.penstock.benchmarks.proxy;

import java.util.HashMap;
import java.util.Map;

/** The command line of a part of the benchmark: pairs of a name and a value, as in {@code --port 8080}. Immutable. */
final class Options {
    private final Map<String, String> values;

    private Options(Map<String, String> values) {
        this.values = values;
    }

    static Options of(String... words) {
        if (words.length % 2 != 0) {
            throw new IllegalArgumentException(
                    "options: " + words.length + " words (expected: pairs as in --port 8080)");
        }
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < words.length; i += 2) {
            values.put(words[i], words[i + 1]);
        }
        return new Options(Map.copyOf(values));
    }

    boolean has(String name) {
        return values.containsKey("--" + name);
    }

    String text(String name) {
        String value = values.get("--" + name);
        if (value == null) {
            throw new IllegalArgumentException("--" + name + ": missing (expected: a value)");
        }
        return value;
    }

    int number(String name) {
        return Integer.parseInt(text(name));
    }
}
