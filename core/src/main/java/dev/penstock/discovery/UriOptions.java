package dev.penstock.discovery;

import dev.penstock.text.Suggestion;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The options of a source's URI, which is what follows its question mark: {@code name=value}, joined by {@code &}.
 * Immutable.
 *
 * <p>The same for all sources: names and values may be escaped with {@code %}, a plus sign is a plus sign, and an option
 * that is true or false may stand without a value, which is true.
 */
public final class UriOptions {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

    /** Between the values of one option; a line break, which stands in no value. */
    private static final String SEPARATOR = "\n";

    private final Map<String, String> values;

    private UriOptions(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /**
     * Reads the options of a URI.
     *
     * @param uri may have none
     * @param known the names of those that make sense
     * @return the options
     * @throws IllegalArgumentException if one is unknown, stands twice, or has no value
     */
    public static UriOptions of(URI uri, Collection<String> known) {
        return of(uri, known, Set.of(), Set.of());
    }

    /**
     * Reads the options of a URI, some of which are of a special kind.
     *
     * @param uri may have none
     * @param known the names of those that make sense
     * @param flags those among them that are true or false
     * @param repeated those among them that may stand several times
     * @return the options
     * @throws IllegalArgumentException if one is unknown, has no value, or stands twice though it may not
     */
    public static UriOptions of(
            URI uri, Collection<String> known, Collection<String> flags, Collection<String> repeated) {
        Map<String, String> values = new TreeMap<>();
        String query = uri.getRawQuery();
        for (String option : query == null || query.isEmpty() ? new String[0] : query.split("&", -1)) {
            int equals = option.indexOf('=');
            String name = decoded(equals < 0 ? option : option.substring(0, equals));
            if (!known.contains(name)) {
                throw new IllegalArgumentException("option: " + Suggestion.unknown(name, known));
            }
            boolean flag = flags.contains(name);
            String value = equals >= 0 ? decoded(option.substring(equals + 1)) : flag ? "true" : "";
            if (flag) {
                truth(name, value);
            }
            if (value.isBlank() || value.contains(SEPARATOR)) {
                throw wrong(name, "", name + "=value"); // what the value was may be secret
            }
            if (repeated.contains(name)) {
                values.merge(name, value, (a, b) -> a + SEPARATOR + b);
            } else if (values.putIfAbsent(name, value) != null) {
                throw new IllegalArgumentException(name + ": given twice (expected: given once)");
            }
        }
        return new UriOptions(values);
    }

    private static boolean truth(String name, String value) {
        if (!value.equals("true") && !value.equals("false")) {
            throw wrong(name, value, "true or false");
        }
        return value.equals("true");
    }

    /**
     * Options that were read before, as from a {@link ServiceQuery}.
     *
     * @param values by name
     * @return the options
     */
    public static UriOptions of(Map<String, String> values) {
        return new UriOptions(values);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8); // a plus is no space here
    }

    /**
     * All of them.
     *
     * @return values by name; of an option that stands several times, each on a line of its own
     */
    public Map<String, String> values() {
        return values;
    }

    /**
     * An option as it was written.
     *
     * @param name of the option
     * @return empty if it is not given
     */
    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /**
     * An option that is a whole number.
     *
     * @param name of the option
     * @param otherwise where it is not given
     * @param least smallest value allowed
     * @param most largest value allowed
     * @return the number
     * @throws IllegalArgumentException if it is anything else
     */
    public int number(String name, int otherwise, int least, int most) {
        String text = values.get(name);
        if (text == null) {
            return otherwise;
        }
        long number = text.matches("[0-9]{1,10}") ? Long.parseLong(text) : -1;
        if (number < least || number > most) {
            throw wrong(name, text, least + ".." + most);
        }
        return (int) number;
    }

    /**
     * An option that is a duration, as in {@code 300ms}, {@code 5s}, {@code 1m} or {@code 1h}.
     *
     * @param name of the option
     * @param otherwise where it is not given
     * @param least shortest duration allowed
     * @param most longest duration allowed
     * @return the duration
     * @throws IllegalArgumentException if it is anything else
     */
    public Duration duration(String name, Duration otherwise, Duration least, Duration most) {
        String text = values.get(name);
        if (text == null) {
            return otherwise;
        }
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw wrong(name, text, "a duration as in 500ms, 3s, 1m or 1h");
        }
        Duration duration = unit(matcher.group(2)).multipliedBy(Long.parseLong(matcher.group(1)));
        if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
            throw wrong(name, text, text(least) + " to " + text(most));
        }
        return duration;
    }

    private static Duration unit(String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(1);
            case "s" -> Duration.ofSeconds(1);
            case "m" -> Duration.ofMinutes(1);
            default -> Duration.ofHours(1);
        };
    }

    private static String text(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 3_600_000 == 0 && millis > 0) {
            return millis / 3_600_000 + "h";
        }
        return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
    }

    /**
     * An option that is {@code true} or {@code false}.
     *
     * @param name of the option
     * @param otherwise where it is not given
     * @return the value
     * @throws IllegalArgumentException if it is anything else
     */
    public boolean flag(String name, boolean otherwise) {
        String text = values.get(name);
        return text == null ? otherwise : truth(name, text);
    }

    /**
     * An option that may stand several times.
     *
     * @param name of the option
     * @return its values in the order given; none if it is not given
     */
    public List<String> list(String name) {
        String text = values.get(name);
        return text == null ? List.of() : List.of(text.split(SEPARATOR, -1));
    }

    /**
     * Some of them as they stand in a URI behind the question mark, in alphabetical order: equal options are equal texts.
     *
     * @param kept the names of those that are wanted
     * @return empty if none of these is given
     */
    public String query(Collection<String> kept) {
        return new TreeMap<>(values)
                .keySet().stream()
                        .filter(kept::contains)
                        .flatMap(name -> list(name).stream().map(value -> name + "=" + escaped(value)))
                        .collect(Collectors.joining("&"));
    }

    /**
     * A text of any characters as part of a URI.
     *
     * @param text not escaped
     * @return the text with all but letters, digits and a few signs escaped; a space is {@code %20}
     */
    public static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static IllegalArgumentException wrong(String name, String value, String expected) {
        return new IllegalArgumentException(name + ": \"" + value + "\" (expected: " + expected + ")");
    }
}
