package dev.penstock.config;

import dev.penstock.catalog.Provenance;
import dev.penstock.text.Suggestion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A value of the file with its path. Confined to one reading.
 *
 * <p>Each way to read it takes a stand-in: what is returned after a fault was noted, so that reading goes on and finds
 * the other faults.
 *
 * @param path where it belongs, as in {@code routes[2].service}
 * @param place where its key stands; of an item of a list, where it stands itself
 * @param node what it is
 * @param faults where its faults go
 */
record Value(String path, Place place, Node node, Faults faults) {
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?(0|[1-9][0-9]{0,17})");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,12})(ms|s|m|h|d)");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})(B|KiB|MiB|GiB)?");
    private static final Map<String, Long> SIZE_UNITS =
            Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

    Value {
        faults.place(path, place);
    }

    void fault(String message) {
        faults.add(place, path, message);
    }

    /** Where it is defined, by what its file is defined in. */
    Provenance definedIn(String source) {
        boolean ofFolder = !place.file().isEmpty() && !place.file().equals(faults.file());
        String file = ofFolder ? Path.of(place.file()).getFileName() + " " : "";
        return new Provenance(source, file + "line " + place.line());
    }

    /** What is found to be wrong at another path, which no file has, is wrong here. */
    void standsFor(String other) {
        faults.same(other, path);
    }

    /** Notes that the value is not what it should be. */
    void unexpected(String expected) {
        unexpected(expected, "");
    }

    private void unexpected(String expected, String hint) {
        fault(node.described() + " (expected: " + expected + ")" + hint);
    }

    boolean isScalar() {
        return node instanceof Node.Scalar scalar && scalar.kind() != Node.Kind.NOTHING;
    }

    /** What a reference came to is taken for what is wanted. */
    private static boolean isAny(Node.Scalar scalar, Node.Kind kind) {
        return scalar.kind() == kind || scalar.kind() == Node.Kind.RESOLVED;
    }

    boolean isNothing() {
        return node instanceof Node.Scalar scalar && scalar.kind() == Node.Kind.NOTHING;
    }

    boolean isText(String word) {
        return node instanceof Node.Scalar scalar && scalar.text().equals(word);
    }

    boolean isMapping() {
        return node instanceof Node.Mapping;
    }

    boolean isList() {
        return node instanceof Node.Sequence;
    }

    /** A text; a number is taken as it is spelled. */
    String text(String standIn) {
        if (node instanceof Node.Scalar scalar
                && (scalar.kind() == Node.Kind.TEXT || isAny(scalar, Node.Kind.NUMBER))
                && !scalar.text().isBlank()) {
            return scalar.text();
        }
        unexpected("text");
        return standIn;
    }

    /** A text that may stand in the path of a URL. */
    String name(String standIn) {
        String text = text(standIn);
        if (text.equals(".") || text.equals("..")) {
            fault('"' + text + "\" (expected: another name; in URLs it means a folder)");
            return standIn;
        }
        return text;
    }

    /** Any scalar as it is spelled. */
    String spelled() {
        if (node instanceof Node.Scalar scalar && !scalar.text().isEmpty()) {
            return scalar.text();
        }
        unexpected("text");
        return "";
    }

    /** A text that a parser of the model takes; what it refuses is a fault in its words. */
    <T> T parsed(String expected, T standIn, Function<String, T> parser) {
        return parsed(expected, standIn, parser, Node::described);
    }

    /** The last argument describes a value that is none, without what a message must not show. */
    <T> T parsed(String expected, T standIn, Function<String, T> parser, Function<Node.Scalar, String> shown) {
        if (!(node instanceof Node.Scalar scalar) || scalar.kind() == Node.Kind.NOTHING) {
            unexpected(expected);
            return standIn;
        }
        try {
            return parser.apply(scalar.text());
        } catch (IllegalArgumentException e) {
            fault(shown.apply(scalar) + " (expected: " + expected + ")");
            return standIn;
        }
    }

    /** A path, from the directory that the file lies in. */
    Path file(Path standIn) {
        return parsed("a file", standIn, text -> {
            if (text.isBlank()) {
                throw new IllegalArgumentException(text);
            }
            return Path.of(place.file().isEmpty() ? faults.file() : place.file())
                    .resolveSibling(text);
        });
    }

    boolean flag(boolean standIn) {
        // YAML 1.1 also takes yes, no, on and off for flags; one spelling is enough.
        if (node instanceof Node.Scalar scalar
                && isAny(scalar, Node.Kind.FLAG)
                && (isText("true") || isText("false"))) {
            return isText("true");
        }
        unexpected("true or false");
        return standIn;
    }

    int integer(int least, int most, int standIn) {
        if (node instanceof Node.Scalar scalar
                && isAny(scalar, Node.Kind.NUMBER)
                && WHOLE_NUMBER.matcher(scalar.text()).matches()) {
            long value = Long.parseLong(scalar.text());
            if (value >= least && value <= most) {
                return (int) value;
            }
        }
        unexpected("a whole number in " + least + ".." + most);
        return standIn;
    }

    Duration duration(boolean zeroAllowed, Duration standIn) {
        Matcher matcher = DURATION.matcher(node instanceof Node.Scalar scalar ? scalar.text() : "");
        if (!matcher.matches()) {
            boolean bare = node instanceof Node.Scalar scalar && scalar.kind() == Node.Kind.NUMBER;
            unexpected((bare ? "the unit is missing; " : "") + "a duration as in 500ms, 3s, 1m or 1h");
            return standIn;
        }
        Duration duration = duration(Long.parseLong(matcher.group(1)), matcher.group(2));
        if (duration.compareTo(Duration.ofDays(365)) > 0 || (duration.isZero() && !zeroAllowed)) {
            unexpected(zeroAllowed ? "0s to 365d" : "longer than 0s, at most 365d");
            return standIn;
        }
        return duration;
    }

    /** A duration in whole seconds, within bounds of such. */
    Duration duration(Duration least, Duration most, Duration standIn) {
        Duration duration = duration(false, standIn);
        if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0 || duration.toNanosPart() > 0) {
            unexpected("whole seconds, " + least.toSeconds() + "s to " + most.toSeconds() + "s");
            return standIn;
        }
        return duration;
    }

    private static Duration duration(long amount, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    long size(long least, long most, long standIn) {
        Matcher matcher = SIZE.matcher(node instanceof Node.Scalar scalar ? scalar.text() : "");
        if (!matcher.matches()) {
            unexpected("a number of bytes, or with a unit as in 8KiB, 1MiB or 2GiB");
            return standIn;
        }
        long unit = SIZE_UNITS.getOrDefault(matcher.group(2) == null ? "B" : matcher.group(2), 1L);
        long amount = Long.parseLong(matcher.group(1));
        long bytes = amount > Long.MAX_VALUE / unit ? -1 : amount * unit;
        if (bytes < least || bytes > most) {
            unexpected(most == Long.MAX_VALUE ? least + " bytes or more" : least + ".." + most + " bytes");
            return standIn;
        }
        return bytes;
    }

    /** The end of a fault about a word that is not known; empty where no known word is near. */
    static String didYouMean(String word, Collection<String> known) {
        return Suggestion.nearest(word, known)
                .map(nearest -> "; did you mean \"" + nearest + "\"?")
                .orElse("");
    }

    /** One of a set of words, by their spelling in the file. */
    <T> T word(Map<String, T> words, T standIn) {
        T meaning = words.get(node instanceof Node.Scalar scalar ? scalar.text() : "");
        if (meaning != null) {
            return meaning;
        }
        String written = node instanceof Node.Scalar scalar ? scalar.written() : "";
        unexpected("one of " + String.join(", ", words.keySet()), didYouMean(written, words.keySet()));
        return standIn;
    }

    /** The items of a list. */
    List<Value> items(String expected) {
        if (!(node instanceof Node.Sequence sequence)) {
            unexpected(expected);
            return List.of();
        }
        List<Value> items = new ArrayList<>();
        for (Node item : sequence.items()) {
            items.add(new Value(path + "[" + items.size() + "]", item.place(), item, faults));
        }
        return items;
    }

    /** The items of a list, or the single value that stands in its place. */
    List<Value> oneOrMore(String expected) {
        return isScalar() ? List.of(this) : items(expected);
    }

    /** The keys of a mapping; of nothing after a fault. */
    Fields fields(String expected) {
        if (node instanceof Node.Mapping mapping) {
            return new Fields(this, mapping.entries(), faults);
        }
        unexpected(expected);
        return new Fields(this, List.of(), new Faults("")); // what it lacks besides is no news
    }
}
