package dev.penstock.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The faults found so far, and where each path of the file stands. Confined to one reading. */
final class Faults {
    /** More faults than that help nobody; a hostile file could hold millions. */
    private static final int MOST = 100;

    /** Shorter texts stand in any message, and are nobody's secret. */
    private static final int SHORTEST_SECRET = 4;

    private final String file;
    private final List<Fault> found = new ArrayList<>();
    private final Map<String, Place> places = new HashMap<>();
    private final Map<String, String> same = new HashMap<>();
    private final Map<String, String> secrets = new LinkedHashMap<>();
    private final Set<String> settled = new HashSet<>();

    Faults(String file) {
        this.file = file;
    }

    /** What the file is called. */
    String file() {
        return file;
    }

    /** Remembers where a path stands. */
    void place(String path, Place place) {
        places.putIfAbsent(path, place);
    }

    /** Remembers which path of the file one stands for that no file has. */
    void same(String path, String ofFile) {
        same.put(path, ofFile);
    }

    /** Nothing else that is wrong at a path is news. */
    void settle(String path) {
        settled.add(path);
    }

    /** Shows what is written in the place of what that came to, which may be secret. */
    void secret(String value, String written) {
        if (value.length() >= SHORTEST_SECRET) {
            secrets.put(value, written);
        }
    }

    /** Adds what another document was found to be wrong with, and what it keeps secret. */
    void addAll(Faults others) {
        secrets.putAll(others.secrets);
        addAll(others.found);
    }

    void addAll(List<Fault> others) {
        for (Fault fault : others) {
            if (found.size() < MOST) {
                found.add(fault);
            }
        }
    }

    private String open(String message) {
        String shown = message;
        for (String secret : secrets.keySet().stream()
                .sorted(Comparator.comparingInt(String::length).reversed()) // one may begin as another does
                .toList()) {
            shown = shown.replace(secret, secrets.getOrDefault(secret, ""));
        }
        return shown;
    }

    void add(Place place, String path, String message) {
        if (found.size() < MOST && !settled.contains(path)) {
            String where = place.file().isEmpty() ? file : place.file();
            found.add(new Fault(where, place.line(), place.column(), path, open(message)));
        }
    }

    /** Adds a fault known by its path only, unless something at, above or below that path is at fault already. */
    void addAt(String found, String message) {
        String path = same.getOrDefault(found, found);
        boolean known = this.found.stream().anyMatch(fault -> within(fault.path(), path) || within(path, fault.path()));
        if (!known) {
            add(nearest(path), path, message);
        }
    }

    private static boolean within(String outer, String inner) {
        if (outer.isEmpty() || !inner.startsWith(outer)) {
            return false;
        }
        return inner.length() == outer.length() || ".[".indexOf(inner.charAt(outer.length())) >= 0;
    }

    private Place nearest(String path) {
        for (String at = path; !at.isEmpty(); at = at.substring(0, Math.max(0, cut(at)))) {
            Place place = places.get(at);
            if (place != null) {
                return place;
            }
        }
        return Place.WHOLE;
    }

    private static int cut(String path) {
        return Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
    }

    List<Fault> found() {
        return List.copyOf(found);
    }

    void throwIfAny() {
        if (!found.isEmpty()) {
            throw new ConfigurationException(found.stream()
                    .sorted(Comparator.comparing(Fault::file)
                            .thenComparingInt(Fault::line)
                            .thenComparingInt(Fault::column))
                    .toList());
        }
    }
}
