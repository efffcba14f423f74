package dev.penstock.discovery;

import dev.penstock.text.NamedValues;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The options of a source's URI, which is what follows its question mark: {@code name=value}, joined by {@code &}.
 * Immutable.
 *
 * <p>The same for all sources: names and values may be escaped with {@code %}, a plus sign is a plus sign, and an option
 * that is true or false may stand without a value, which is true.
 */
public final class UriOptions {
    /** Between the values of one option; a line break, which stands in no value. */
    private static final String SEPARATOR = "\n";

    private static final Set<String> FILES = Set.of("ca", "cert", "key");

    private final NamedValues named;

    private UriOptions(Map<String, String> values) {
        named = new NamedValues("", values);
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
                new NamedValues("", Map.of(name, value)).flag(name, false);
            }
            if (value.isBlank() || value.contains(SEPARATOR)) {
                throw new NamedValues("", Map.of())
                        .wrong(name, "", name + "=value"); // what the value was may be secret
            }
            if (repeated.contains(name)) {
                values.merge(name, value, (a, b) -> a + SEPARATOR + b);
            } else if (values.putIfAbsent(name, value) != null) {
                throw new IllegalArgumentException(name + ": given twice (expected: given once)");
            }
        }
        return new UriOptions(values);
    }

    /**
     * The options by which a URI names a file or a variable of this machine: what these say would go to the host that the same
     * URI names, so whoever may not see them must not send such a URI.
     *
     * @param uri of any source, or none; it need not make sense
     * @return the names of those options, in their order
     */
    public static List<String> namingFilesOrVariables(URI uri) {
        String rest = uri.getRawSchemeSpecificPart();
        int query = rest.indexOf('?');
        String options = query < 0 ? "" : rest.substring(query + 1);
        return Stream.of(options.split("&", -1))
                .map(UriOptions::decoded)
                .map(option -> option.indexOf('=') < 0 ? option : option.substring(0, option.indexOf('=')))
                .filter(name -> FILES.contains(name) || name.endsWith("File") || name.endsWith("Env"))
                .distinct()
                .toList();
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
        return named.values();
    }

    /**
     * An option as it was written.
     *
     * @param name of the option
     * @return empty if it is not given
     */
    public Optional<String> text(String name) {
        return Optional.ofNullable(named.text(name));
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
        return named.number(name, otherwise, least, most);
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
        return named.duration(name, otherwise, least, most);
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
        return named.flag(name, otherwise);
    }

    /**
     * An option that may stand several times.
     *
     * @param name of the option
     * @return its values in the order given; none if it is not given
     */
    public List<String> list(String name) {
        String text = named.text(name);
        return text == null ? List.of() : List.of(text.split(SEPARATOR, -1));
    }

    /**
     * Some of them as they stand in a URI behind the question mark, in alphabetical order: equal options are equal texts.
     *
     * @param kept the names of those that are wanted
     * @return empty if none of these is given
     */
    public String query(Collection<String> kept) {
        return new TreeMap<>(named.values())
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
}
