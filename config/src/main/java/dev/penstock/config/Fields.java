package dev.penstock.config;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The keys of one mapping while it is read: each key asked for is a key known. Confined to one reading. */
final class Fields {
    private final Value owner;
    private final Map<String, Value> values = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();
    private final Faults faults;

    Fields(Value owner, List<Node.Entry> entries, Faults faults) {
        this.owner = owner;
        this.faults = faults;
        for (Node.Entry entry : entries) {
            String path = owner.path().isEmpty() ? entry.key() : owner.path() + "." + entry.key();
            values.put(entry.key(), new Value(path, entry.place(), entry.value(), faults));
        }
    }

    /** Reads a key that may be left out. */
    <T> T optional(String key, T absent, Function<Value, T> reader) {
        known.add(key);
        Value value = values.get(key);
        return value == null ? absent : reader.apply(value);
    }

    /** Reads a key that may be left out, and whose value may be nothing. */
    <T> @Nullable T nullable(String key, @Nullable T absent, Function<Value, @Nullable T> reader) {
        known.add(key);
        Value value = values.get(key);
        return value == null ? absent : reader.apply(value);
    }

    /** Reads a key that must be there. */
    <T> T required(String key, String what, T standIn, Function<Value, T> reader) {
        if (!values.containsKey(key)) {
            String path = owner.path().isEmpty() ? key : owner.path() + "." + key;
            faults.add(owner.place(), path, "missing (expected: " + what + ")");
        }
        return optional(key, standIn, reader);
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /** Whether a key that is a mapping has a key of its own; reads neither. */
    boolean has(String key, String inner) {
        Value value = values.get(key);
        return value != null
                && value.node() instanceof Node.Mapping mapping
                && mapping.entries().stream().anyMatch(entry -> entry.key().equals(inner));
    }

    /** All keys with their values, where the keys are names of the user's own. */
    Map<String, Value> all() {
        known.addAll(values.keySet());
        return values;
    }

    /** Notes each key that nobody asked for. */
    void end() {
        values.forEach((key, value) -> {
            if (!known.contains(key)) {
                value.fault("unknown key (expected: one of " + String.join(", ", known) + ")"
                        + Value.didYouMean(key, known));
            }
        });
    }
}
