package dev.penstock.label;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The labels of one thing that mean something here, by lower-case key, and what is wrong with them. Confined to one reading. */
final class LabelSet {
    static final String OWN = "penstock.";
    static final String TRAEFIK = "traefik.";

    private static final int MAX_SHOWN = 160;
    private static final int MAX_PROBLEMS = 100;

    private final String thing;
    private final SortedMap<String, Label> labels = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();

    /** A label as it was written. */
    record Label(String key, String value) {}

    private LabelSet(String thing) {
        this.thing = shown(thing);
    }

    static LabelSet of(LabelledThing thing, int most) {
        var set = new LabelSet(thing.name());
        int left = 0;
        for (Map.Entry<String, String> entry : new TreeMap<>(thing.labels()).entrySet()) {
            String key = entry.getKey().strip().toLowerCase(Locale.ROOT);
            if (key.startsWith(OWN) || key.startsWith(TRAEFIK)) {
                var label = new Label(entry.getKey(), entry.getValue().strip());
                if (set.labels.size() >= most) {
                    left++;
                } else if (set.labels.putIfAbsent(key, label) != null) {
                    set.problem(label.key(), "given twice (expected: a key given once, upper or lower case)");
                }
            }
        }
        if (left > 0) {
            set.problem("labels", left + " more were not read (expected: at most " + most + ")");
        }
        return set;
    }

    /** What a label says of that; true where none says anything, false where it cannot be understood. */
    boolean enabled() {
        String key = labels.containsKey(OWN + "enable") ? OWN + "enable" : TRAEFIK + "enable";
        Label label = labels.get(key);
        if (label == null) {
            return true;
        }
        Boolean enabled = Flags.parse(label.value());
        if (enabled == null) {
            problem(label, "(expected: true or false)");
        }
        return enabled != null && enabled;
    }

    /** The labels whose key begins with a text, by the rest of their keys. */
    SortedMap<String, Label> below(String prefix) {
        return below(labels, prefix);
    }

    /** The entries whose key begins with a text, by the rest of their keys. */
    static SortedMap<String, Label> below(SortedMap<String, Label> all, String prefix) {
        SortedMap<String, Label> found = new TreeMap<>();
        for (Map.Entry<String, Label> entry : all.tailMap(prefix).entrySet()) {
            if (!entry.getKey().startsWith(prefix)) {
                break;
            }
            found.put(entry.getKey().substring(prefix.length()), entry.getValue());
        }
        return found;
    }

    /** Entries grouped by the first part of their keys, which is a name; each with the rest of its key. */
    static SortedMap<String, SortedMap<String, Label>> byName(SortedMap<String, Label> all) {
        SortedMap<String, SortedMap<String, Label>> named = new TreeMap<>();
        all.forEach((key, label) -> {
            int dot = key.indexOf('.');
            String name = dot < 0 ? key : key.substring(0, dot);
            named.computeIfAbsent(name, n -> new TreeMap<>()).put(dot < 0 ? "" : key.substring(dot + 1), label);
        });
        return named;
    }

    /** The first of some, of which there is one at least. */
    static Label first(SortedMap<String, Label> some) {
        return some.values().iterator().next();
    }

    void problem(Label label, String message) {
        problem(label.key(), "\"" + shown(label.value()) + "\" " + message);
    }

    void problem(String key, String message) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(thing + ": " + shown(key) + ": " + message);
        }
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    /** A text of a third party in one line of bounded length. */
    static String shown(String text) {
        String cut = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "..." : text;
        return cut.replaceAll("\\p{Cntrl}+", " ");
    }
}
