package dev.penstock.catalog;

import dev.penstock.route.Match;
import dev.penstock.route.ValueMatch;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;

/**
 * A condition as 16 hexadecimal digits: the same for equal conditions in every run, different for different ones. It shows
 * no value of the condition, since a header's may be a secret.
 */
final class ConditionName {
    private static final int DIGITS = 16;

    private final StringBuilder text = new StringBuilder();

    private ConditionName() {}

    static String of(Match match) {
        var name = new ConditionName();
        name.add(match.host().text());
        name.add(match.path().text());
        name.addSet(match.methods());
        name.addValues(match.headers());
        name.addValues(match.query());
        name.addSet(match.listeners());
        if (!match.schemes().isEmpty()) {
            name.addSet(match.schemes());
        }
        return name.digest();
    }

    // With lengths and counts, so that no two conditions run together to one text.
    private void add(String part) {
        text.append(part.length()).append(':').append(part);
    }

    private void addSet(Collection<String> parts) {
        text.append(parts.size()).append('x');
        new TreeSet<>(parts).forEach(this::add);
    }

    private void addValues(List<ValueMatch> matches) {
        text.append(matches.size()).append('x');
        for (ValueMatch match : matches) {
            add(match.name());
            addSet(match.values());
        }
    }

    private String digest() {
        try {
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256: missing (expected: in every JDK)", e);
        }
    }
}
