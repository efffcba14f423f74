package dev.penstock.catalog;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The definitions of one kind that passed in the last round and in this one, so that what is told again is not looked at
 * again, and stays the same object. Confined to the rounds of one admission.
 *
 * @param <T> the kind of definition
 */
final class Remembered<T> {
    private Map<String, Passed<T>> last = Map.of();
    private Map<String, Passed<T>> now = new HashMap<>();

    /** What was told, beside what else it was judged by, and what it became. */
    private record Passed<T>(T told, List<?> beside, T admitted) {}

    /** A round is over: what it did not ask for is forgotten. */
    void turn() {
        last = now;
        now = new HashMap<>();
    }

    /** What a definition became in the last round, if all was equal then; null if it is to be looked at. */
    @Nullable
    T again(String name, T told, List<?> beside) {
        Passed<T> known = last.get(name);
        if (known == null || !known.told().equals(told) || !known.beside().equals(beside)) {
            return null;
        }
        now.put(name, known);
        return known.admitted();
    }

    /** One has passed. */
    T passed(String name, T told, List<?> beside, T admitted) {
        now.put(name, new Passed<>(told, beside, admitted));
        return admitted;
    }
}
