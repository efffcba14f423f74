package dev.penstock.balancer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The written form of a balancer: {@code name}, {@code name(option=value, ...)}, or a chain of them divided by slashes, in
 * which each refines the one that follows. Immutable.
 *
 * @param name of the rule, as written
 * @param options by name
 */
record BalancerText(String name, Map<String, String> options) {
    /** More than anybody can mean: labels are written by strangers. */
    private static final int MOST_CHARACTERS = 1_000;

    private static final int MOST_LINKS = 10;

    /** The links of a chain, outermost first; at least one. */
    static List<BalancerText> parse(String text) {
        if (text.length() > MOST_CHARACTERS) {
            throw new IllegalArgumentException(
                    "balancer: " + text.length() + " characters (expected: " + MOST_CHARACTERS + " at most)");
        }
        List<BalancerText> links = new ArrayList<>();
        int from = 0;
        while (from <= text.length()) {
            int slash = text.indexOf('/', from);
            int open = text.indexOf('(', from);
            int close = open < 0 ? -1 : text.indexOf(')', open);
            if (open >= 0 && close >= 0 && slash > open && slash < close) {
                slash = text.indexOf('/', close); // the one before belongs to a value
            }
            int to = slash < 0 ? text.length() : slash;
            links.add(link(text.substring(from, to).trim(), text));
            from = to + 1;
        }
        if (links.size() > MOST_LINKS) {
            throw wrong(text, MOST_LINKS + " rules at most");
        }
        return links;
    }

    private static BalancerText link(String link, String text) {
        int open = link.indexOf('(');
        if (open < 0) {
            if (link.isEmpty() || link.indexOf(')') >= 0) {
                throw wrong(text, "a name as p2c, with options as in maglev(key=host), refined as in zone_aware/p2c");
            }
            return new BalancerText(link, Map.of());
        }
        if (!link.endsWith(")") || open == 0) {
            throw wrong(text, "options in parentheses after the name, as in maglev(key=host)");
        }
        Map<String, String> options = new TreeMap<>();
        for (String option : link.substring(open + 1, link.length() - 1).split(",", -1)) {
            int equals = option.indexOf('=');
            String name = equals < 0 ? "" : option.substring(0, equals).trim();
            String value = option.substring(equals + 1).trim();
            if (name.isEmpty() || value.isEmpty()) {
                throw wrong(text, "options as in name=value, divided by commas");
            }
            if (options.putIfAbsent(name, value) != null) {
                throw wrong(text, "option " + name + " given once");
            }
        }
        return new BalancerText(link.substring(0, open).trim(), options);
    }

    private static IllegalArgumentException wrong(String text, String expected) {
        return new IllegalArgumentException("balancer: \"" + text + "\" (expected: " + expected + ")");
    }
}
