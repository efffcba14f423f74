package dev.penstock.attack;

import dev.penstock.attack.Answer.End;
import java.util.ArrayList;
import java.util.List;

/** Judges an attack by its evidence. Stateless. */
final class Judge {
    private static final String NEXT = Origin.PROBE + "/next";
    private static final String OTHER = Origin.PROBE + "/other";

    private static final String MARK = "X-Forwarded-For";

    private Judge() {}

    static Finding judge(Attack attack, Evidence evidence) {
        List<String> harms = new ArrayList<>();
        if (!evidence.other().target().equals(OTHER)) {
            harms.add("another client's request for " + OTHER + " got " + evidence.other() + tag(evidence.other()));
        }
        Answer next = evidence.next();
        if (next != null && next.status() == 200 && !next.target().equals(NEXT)) {
            harms.add("the next request, for " + NEXT + ", got the answer to " + next.target());
        }
        if (evidence.answer().end() == End.MALFORMED) {
            harms.add("the client got " + evidence.answer());
        }
        for (SeenRequest seen : evidence.seen()) {
            harms.addAll(seen(attack, seen));
        }
        if (attack.byEndpoint()) {
            answer(attack, evidence, harms);
        }
        return harms.isEmpty()
                ? unharmed(attack, evidence)
                : new Finding(attack, Outcome.UNSAFE, String.join("; ", harms));
    }

    private static List<String> seen(Attack attack, SeenRequest seen) {
        List<String> harms = new ArrayList<>();
        // A request that the proxy has taken for one as well carries its mark: then both read the bytes alike.
        if (seen.target().contains(Attack.SMUGGLED) && seen.values(MARK).isEmpty()) {
            harms.add("the endpoint took "
                    + Hazards.shown(seen.head().lines().findFirst().orElse("")) + " for a request");
        }
        Hazards.of(seen.head(), false).forEach(hazard -> harms.add("the endpoint saw " + hazard));
        for (Check check : attack.checks()) {
            String harm = check.harm(seen);
            if (!harm.isEmpty()) {
                harms.add(harm);
            }
        }
        return harms;
    }

    private static String tag(Answer answer) {
        return answer.target().isEmpty() ? "" : " of " + answer.target();
    }

    private static void answer(Attack attack, Evidence evidence, List<String> harms) {
        Answer answer = evidence.answer();
        if (attack.reply().cutShort() && answer.looksWhole() && answer.status() < 500) {
            harms.add("the client took for whole: " + answer);
        }
        if (!evidence.more().isEmpty()) {
            harms.add("the client got bytes that it did not ask for: " + Hazards.shown(evidence.more()));
        }
    }

    private static Finding unharmed(Attack attack, Evidence evidence) {
        Answer answer = evidence.answer();
        if (attack.byEndpoint()) {
            boolean passed = answer.looksWhole() && answer.status() < 500;
            return new Finding(attack, passed ? Outcome.HARMLESS : Outcome.REFUSED, "the client got " + answer);
        }
        String got = "the client got " + answer + (evidence.closed() ? ", closed" : "");
        return evidence.seen().stream()
                        .noneMatch(seen -> seen.whole() && !seen.target().contains(Attack.SMUGGLED))
                ? new Finding(attack, Outcome.REFUSED, got)
                : new Finding(attack, Outcome.HARMLESS, got + "; the endpoint saw nothing odd");
    }
}
