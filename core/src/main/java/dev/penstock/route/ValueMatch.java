package dev.penstock.route;

import java.util.Set;

/**
 * The condition on a header or query parameter: it is there, with one of these values where some are given. Immutable.
 *
 * @param name header names without regard to case, parameter names as they stand; not blank
 * @param values compared as they stand (a parameter's raw, not decoded); empty: any value
 */
public record ValueMatch(String name, Set<String> values) {
    /** Checks the name and copies the values. */
    public ValueMatch {
        if (name.isBlank()) {
            throw new IllegalArgumentException("name: \"" + name + "\" (expected: not blank)");
        }
        values = Set.copyOf(values);
    }
    /** Whether what meets another condition on the same kind of thing meets this one. */
    boolean covers(ValueMatch other, boolean anyCase) {
        boolean same = anyCase ? name.equalsIgnoreCase(other.name) : name.equals(other.name);
        return same && (values.isEmpty() || (!other.values.isEmpty() && values.containsAll(other.values)));
    }
}
