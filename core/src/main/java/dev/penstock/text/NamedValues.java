package dev.penstock.text;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads values that a person gave by name, as options, and refuses what makes no sense in one sentence. Immutable.
 *
 * @param of what messages begin with, as in {@code balancer "p2c": }; empty: with the name
 * @param values by name
 */
public record NamedValues(String of, Map<String, String> values) {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

    /** Copies the values. */
    public NamedValues {
        values = Map.copyOf(values);
    }

    /**
     * A value as it was written.
     *
     * @param name of the value
     * @return null if it is not given
     */
    public @Nullable String text(String name) {
        return values.get(name);
    }

    /**
     * A whole number.
     *
     * @param name of the value
     * @param otherwise where it is not given
     * @param least smallest value allowed, {@code >= 0}
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
     * A decimal number.
     *
     * @param name of the value
     * @param otherwise where it is not given
     * @param least smallest value allowed, {@code >= 0}
     * @param most largest value allowed
     * @return the number
     * @throws IllegalArgumentException if it is anything else
     */
    public double decimal(String name, double otherwise, double least, double most) {
        String text = values.get(name);
        if (text == null) {
            return otherwise;
        }
        double number = text.matches("[0-9]{1,10}([.][0-9]{1,10})?") ? Double.parseDouble(text) : -1;
        if (number < least || number > most) {
            throw wrong(name, text, least + ".." + most);
        }
        return number;
    }

    /**
     * A duration, as in {@code 300ms}, {@code 5s}, {@code 1m} or {@code 1h}.
     *
     * @param name of the value
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
     * A value that is {@code true} or {@code false}.
     *
     * @param name of the value
     * @param otherwise where it is not given
     * @return the value
     * @throws IllegalArgumentException if it is anything else
     */
    public boolean flag(String name, boolean otherwise) {
        String text = values.get(name);
        if (text == null) {
            return otherwise;
        }
        if (!text.equals("true") && !text.equals("false")) {
            throw wrong(name, text, "true or false");
        }
        return text.equals("true");
    }

    /**
     * What is to be thrown at a value that makes no sense.
     *
     * @param name of the value
     * @param value as it was written
     * @param expected what would be right
     * @return not thrown yet
     */
    public IllegalArgumentException wrong(String name, String value, String expected) {
        return new IllegalArgumentException(of + name + ": \"" + value + "\" (expected: " + expected + ")");
    }
}
