package dev.penstock.label;

import dev.penstock.label.LabelSet.Label;
import dev.penstock.text.Suggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The labels of one route or service while it is read: each key asked for is a key known. Confined to one reading.
 *
 * <p>What cannot be read breaks the entry: whoever reads it leaves it out.
 */
final class LabelEntry {
    private final LabelSet set;
    private final SortedMap<String, Label> labels;
    private final SortedMap<String, Label> unread;
    private final Set<String> known = new TreeSet<>();
    private boolean broken;

    LabelEntry(LabelSet set, SortedMap<String, Label> labels) {
        this.set = set;
        this.labels = labels;
        unread = new TreeMap<>(labels);
    }

    boolean has(String key) {
        return labels.containsKey(key);
    }

    boolean hasBelow(String prefix) {
        return !LabelSet.below(labels, prefix).isEmpty();
    }

    /** A value; the parser refuses it with an IllegalArgumentException. */
    <T> T read(String key, T absent, String expected, Function<String, T> parser) {
        known.add(key);
        Label label = labels.get(key);
        unread.remove(key);
        if (label == null) {
            return absent;
        }
        try {
            return parser.apply(label.value());
        } catch (RuleException e) {
            fault(label, e.getMessage());
        } catch (IllegalArgumentException e) {
            fault(label, "(expected: " + expected + ")");
        }
        return absent;
    }

    String text(String key, String absent, String expected) {
        return read(key, absent, expected, text -> {
            if (text.isEmpty() || text.length() > 255 || text.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
                throw new IllegalArgumentException(text);
            }
            return text;
        });
    }

    int integer(String key, int absent, int least, int most) {
        return read(key, absent, "a whole number in " + least + ".." + most, text -> {
            int value = Integer.parseInt(text);
            if (value < least || value > most) {
                throw new IllegalArgumentException(text);
            }
            return value;
        });
    }

    boolean flag(String key, boolean absent) {
        return read(key, absent, "true or false", text -> {
            Boolean flag = Flags.parse(text);
            if (flag == null) {
                throw new IllegalArgumentException(text);
            }
            return flag;
        });
    }

    /** The items of a list with commas; blank ones mean nothing. */
    <T> List<T> list(String key, String expected, Function<String, T> parser) {
        return read(key, List.<T>of(), expected, text -> {
            List<T> items = items(text, parser);
            if (items.isEmpty()) {
                throw new IllegalArgumentException(text);
            }
            return items;
        });
    }

    static <T> List<T> items(String text, Function<String, T> parser) {
        List<T> items = new ArrayList<>();
        for (String item : text.split(",", -1)) {
            if (!item.isBlank()) {
                items.add(parser.apply(item.strip()));
            }
        }
        return items;
    }

    /** The labels below a key, by the rest of it; taken as read. */
    SortedMap<String, Label> below(String key) {
        known.add(key + "*");
        SortedMap<String, Label> found = LabelSet.below(labels, key);
        found.keySet().forEach(rest -> unread.remove(key + rest));
        return found;
    }

    /** Notes that there is something that is not supported yet; the entry is good without. */
    void unsupported(String prefix, String feature) {
        SortedMap<String, Label> found = LabelSet.below(unread, prefix);
        if (!found.isEmpty()) {
            set.problem(LabelSet.first(found).key(), feature + " not supported yet; goes without");
            found.keySet().forEach(rest -> unread.remove(prefix + rest));
        }
    }

    /** Notes that what a key asks for is not supported yet; the entry is good without. */
    void goesWithout(String key, String feature) {
        Label label = labels.get(key);
        if (label != null) {
            set.problem(label.key(), feature + " not supported yet; goes without");
        }
    }

    void fault(Label label, String message) {
        set.problem(label, message);
        broken = true;
    }

    /** Notes each key that nobody asked for; whether the entry is good. */
    boolean end() {
        unread.values().forEach(label -> {
            int dot = label.key().lastIndexOf('.');
            set.problem(
                    label.key(), "unknown key " + Suggestion.unknown(label.key().substring(dot + 1), known));
            broken = true;
        });
        return !broken;
    }
}
