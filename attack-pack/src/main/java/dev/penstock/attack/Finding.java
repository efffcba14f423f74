package dev.penstock.attack;

import java.util.Locale;

/**
 * The judgement of one attack.
 *
 * @param attack which one
 * @param outcome what came of it
 * @param evidence one sentence: what was seen
 */
public record Finding(Attack attack, Outcome outcome, String evidence) {
    /**
     * Tells whether the proxy did as well as a proxy can.
     *
     * @return true if the outcome is the best one of the attack, or better
     */
    public boolean isBest() {
        return outcome.compareTo(attack.best()) <= 0;
    }

    @Override
    public String toString() {
        return attack.id() + ": " + outcome.name().toLowerCase(Locale.ROOT) + ": " + evidence;
    }
}
