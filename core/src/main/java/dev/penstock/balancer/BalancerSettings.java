package dev.penstock.balancer;

import dev.penstock.text.NamedValues;
import dev.penstock.text.Suggestion;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration says to one balancer of a chain: its options, and the balancer that it refines. Confined to the call
 * of {@link BalancerFactory#create(BalancerSettings)}.
 *
 * <p>What a factory does not ask for is an error, so that a misspelt option is found.
 */
public final class BalancerSettings {
    private final String rule;
    private final Map<String, String> options;
    private final NamedValues named;
    private final @Nullable Balancer refined;
    private final Set<String> asked = new TreeSet<>();
    private boolean refinedAsked;

    BalancerSettings(String rule, Map<String, String> options, @Nullable Balancer refined) {
        this.rule = rule;
        this.options = new TreeMap<>(options);
        named = new NamedValues("balancer \"" + rule + "\": ", options);
        this.refined = refined;
    }

    /**
     * Settings for code and tests that call a factory themselves.
     *
     * @param rule the name that messages say
     * @param options by name
     * @return settings of a rule that refines no other
     */
    public static BalancerSettings of(String rule, Map<String, String> options) {
        return new BalancerSettings(rule, options, null);
    }

    /**
     * The balancer that this one refines: what follows it in the chain, as {@code p2c} in {@code zone_aware/p2c}.
     *
     * @return the balancer to the right
     * @throws IllegalArgumentException if none follows
     */
    public Balancer refined() {
        refinedAsked = true;
        if (refined == null) {
            throw new IllegalArgumentException("balancer: \"" + rule
                    + "\" (expected: followed by the one that it refines, as in " + rule + "/p2c)");
        }
        return refined;
    }

    /**
     * An option as it is written.
     *
     * @param name of the option
     * @param otherwise where it is not given
     * @return the value
     */
    public String text(String name, String otherwise) {
        asked.add(name);
        return options.getOrDefault(name, otherwise);
    }

    /**
     * An option that is a whole number.
     *
     * @param name of the option
     * @param otherwise where it is not given
     * @param least smallest value allowed, {@code >= 0}
     * @param most largest value allowed
     * @return the number
     * @throws IllegalArgumentException if it is anything else
     */
    public int number(String name, int otherwise, int least, int most) {
        asked.add(name);
        return named.number(name, otherwise, least, most);
    }

    /**
     * An option that is a decimal number.
     *
     * @param name of the option
     * @param otherwise where it is not given
     * @param least smallest value allowed, {@code >= 0}
     * @param most largest value allowed
     * @return the number
     * @throws IllegalArgumentException if it is anything else
     */
    public double decimal(String name, double otherwise, double least, double most) {
        asked.add(name);
        return named.decimal(name, otherwise, least, most);
    }

    /**
     * An option that is one of some words.
     *
     * @param name of the option
     * @param words allowed; the first is taken where it is not given
     * @return the word
     * @throws IllegalArgumentException if it is any other
     */
    public String choice(String name, String... words) {
        String word = text(name, words[0]);
        if (!List.of(words).contains(word)) {
            throw new IllegalArgumentException(
                    "balancer \"" + rule + "\": " + name + ": " + Suggestion.unknown(word, List.of(words)));
        }
        return word;
    }

    /** Refuses what was given and not asked for. */
    void refuseRest() {
        for (String name : options.keySet()) {
            if (!asked.contains(name)) {
                throw new IllegalArgumentException("balancer \"" + rule + "\": option "
                        + (asked.isEmpty() ? "\"" + name + "\" (expected: none)" : Suggestion.unknown(name, asked)));
            }
        }
        if (refined != null && !refinedAsked) {
            throw new IllegalArgumentException(
                    "balancer: \"" + rule + "/...\" (expected: nothing after it, \"" + rule + "\" refines no other)");
        }
    }
}
