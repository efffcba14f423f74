package dev.penstock.attack;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Writes findings for people and programs. Stateless. */
final class Report {
    private Report() {}

    static void line(Finding finding, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%-9s%s %-32s %s%n",
                word(finding.outcome()),
                finding.isBest() ? " " : "!",
                finding.attack().id(),
                finding.evidence());
        out.flush();
    }

    static void sum(List<Finding> findings, PrintWriter out) {
        Map<Outcome, Integer> counts = new TreeMap<>();
        Arrays.stream(Outcome.values()).forEach(outcome -> counts.put(outcome, 0));
        findings.forEach(finding -> counts.merge(finding.outcome(), 1, Integer::sum));
        out.printf(
                Locale.ROOT,
                "%d attacks: %d refused, %d harmless, %d unsafe%n",
                findings.size(),
                counts.get(Outcome.REFUSED),
                counts.get(Outcome.HARMLESS),
                counts.get(Outcome.UNSAFE));
        out.flush();
    }

    /** One object per line: id, family, sources, outcome, best, evidence. */
    static void json(Finding finding, PrintWriter out) {
        Attack attack = finding.attack();
        out.printf(
                Locale.ROOT,
                "{\"id\":%s,\"family\":%s,\"title\":%s,\"sources\":%s,\"outcome\":%s,\"best\":%s,\"evidence\":%s}%n",
                quoted(attack.id()),
                quoted(attack.family().title()),
                quoted(attack.title()),
                quoted(String.join("; ", attack.sources())),
                quoted(word(finding.outcome())),
                quoted(word(attack.best())),
                quoted(finding.evidence()));
        out.flush();
    }

    static void list(PrintWriter out) {
        List<Attack> all = new ArrayList<>(AttackPack.attacks());
        SlowPack.attacks().forEach(slow -> all.add(slow.attack()));
        for (Attack attack : all) {
            out.printf(
                    Locale.ROOT,
                    "%-32s %-15s %s [%s]%n",
                    attack.id(),
                    attack.family().title(),
                    attack.title(),
                    String.join("; ", attack.sources()));
        }
        out.flush();
    }

    private static String word(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }

    private static String quoted(String text) {
        var quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
