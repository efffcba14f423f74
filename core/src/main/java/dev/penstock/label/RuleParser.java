package dev.penstock.label;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads the text of a rule: conditions with quoted arguments, {@code &&}, {@code ||} (which binds less), {@code !} and
 * parentheses. Confined to one reading. Cost: linear, in bounded depth.
 */
final class RuleParser {
    static final int MAX_LENGTH = 4_096;
    static final int MAX_DEPTH = 16;
    static final int MAX_ARGS = 32;

    private final String text;
    private int at;

    private RuleParser(String text) {
        this.text = text;
    }

    /** Throws a RuleException that says where. */
    static Rule parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new RuleException(MAX_LENGTH, text.length() + " characters (expected: at most " + MAX_LENGTH + ")");
        }
        var parser = new RuleParser(text);
        Rule rule = parser.oneOf(0);
        if (parser.at < text.length()) {
            throw parser.unexpected("&&, || or the end");
        }
        return rule;
    }

    private Rule oneOf(int depth) {
        List<Rule> parts = new ArrayList<>();
        do {
            parts.add(all(depth));
        } while (take("||"));
        return parts.size() == 1 ? parts.get(0) : new Rule.OneOf(List.copyOf(parts));
    }

    private Rule all(int depth) {
        List<Rule> parts = new ArrayList<>();
        do {
            parts.add(one(depth));
        } while (take("&&"));
        return parts.size() == 1 ? parts.get(0) : new Rule.All(List.copyOf(parts));
    }

    private Rule one(int depth) {
        blanks();
        if (depth > MAX_DEPTH) {
            throw new RuleException(at, "nested too deep (expected: at most " + MAX_DEPTH + " levels)");
        }
        int start = at;
        if (take("!")) {
            return new Rule.Not(one(depth + 1), start);
        }
        if (take("(")) {
            Rule inner = oneOf(depth + 1);
            if (!take(")")) {
                throw unexpected("&&, || or )");
            }
            return inner;
        }
        return condition();
    }

    private Rule condition() {
        int start = at;
        while (at < text.length() && Character.isLetter(text.charAt(at))) {
            at++;
        }
        if (start == at) {
            throw unexpected("a condition as in Host(`www.example.com`)");
        }
        String function = text.substring(start, at).toLowerCase(Locale.ROOT);
        if (!take("(")) {
            throw unexpected("( after the name of a condition");
        }
        List<Rule.Arg> args = new ArrayList<>();
        do {
            if (args.size() == MAX_ARGS) {
                throw new RuleException(at, "too many arguments (expected: at most " + MAX_ARGS + ")");
            }
            args.add(arg());
        } while (take(","));
        if (!take(")")) {
            throw unexpected("a comma or )");
        }
        return new Rule.Condition(function, List.copyOf(args), start);
    }

    private Rule.Arg arg() {
        blanks();
        char quote = at < text.length() ? text.charAt(at) : ' ';
        if (quote != '`' && quote != '"') {
            throw unexpected("an argument in backquotes or double quotes");
        }
        int start = at++;
        var value = new StringBuilder();
        while (at < text.length() && text.charAt(at) != quote) {
            value.append(quote == '"' ? quoted() : text.charAt(at++));
        }
        if (at == text.length()) {
            throw new RuleException(start, "a quote without an end (expected: another " + quote + ")");
        }
        at++;
        return new Rule.Arg(value.toString(), start);
    }

    /** A character between double quotes. */
    private char quoted() {
        char c = text.charAt(at++);
        if (c != '\\') {
            return c;
        }
        char escaped = at < text.length() ? text.charAt(at) : ' ';
        if (escaped != '"' && escaped != '\\') {
            throw new RuleException(at - 1, "an unknown escape (expected: \\\" or \\\\, or backquotes)");
        }
        at++;
        return escaped;
    }

    private boolean take(String symbol) {
        blanks();
        boolean there = text.startsWith(symbol, at);
        at += there ? symbol.length() : 0;
        return there;
    }

    private void blanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private RuleException unexpected(String expected) {
        blanks();
        String found = at < text.length() ? "\"" + text.charAt(at) + "\"" : "the end";
        return new RuleException(at, found + " (expected: " + expected + ")");
    }
}
