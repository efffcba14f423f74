package dev.penstock.attack;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * An attack by time or amount: a client that takes its time, says nothing, or never comes to an end. Immutable.
 *
 * <p>A strict proxy ends it within the time that it is given, and serves everybody else meanwhile.
 *
 * @param attack what it is called and where it comes from
 * @param course what its client does
 * @param byTls whether it goes at the proxy's TLS, which has a port of its own
 */
public record SlowAttack(Attack attack, Course course, boolean byTls) {
    /** An end that is out of sight: a proxy that takes as much of what has no end takes anything. */
    static final int MOST_BYTES = 64 << 20;

    /** Checks for null. */
    public SlowAttack {
        requireNonNull(attack, "attack");
        requireNonNull(course, "course");
    }

    static SlowAttack of(String id, String title, String source, Course course) {
        return new SlowAttack(Attack.byClient(Family.SLOW, "slow-" + id, title, source, ""), course, false);
    }

    static SlowAttack byTls(String id, String title, String source, Course course) {
        return new SlowAttack(Attack.byClient(Family.SLOW, "slow-tls-" + id, title, source, ""), course, true);
    }

    /** The same, which need not be ended if the proxy just takes no more. */
    SlowAttack orHeldBack() {
        return new SlowAttack(attack.orHarmless(), course, byTls);
    }

    /** What a client does. */
    @FunctionalInterface
    public interface Course {
        /**
         * Attacks.
         *
         * @param proxy what is attacked
         * @param limit how long at most
         * @return what came of it
         * @throws IOException if the proxy cannot be connected to
         */
        End run(InetSocketAddress proxy, Limit limit) throws IOException;
    }

    /** What came of it. */
    public enum End {
        /** The proxy ended the connection. */
        ENDED("the proxy ended it", Outcome.REFUSED),
        /** The proxy takes no more, and goes on waiting. */
        HELD_BACK("the proxy takes no more of it", Outcome.HARMLESS),
        /** The time was over first. */
        LASTED("it lasted until the end of the time", Outcome.UNSAFE),
        /** The proxy took whatever it was given. */
        TAKEN("the proxy took all of " + (MOST_BYTES >> 20) + " MiB", Outcome.UNSAFE);

        private final String text;
        private final Outcome outcome;

        End(String text, Outcome outcome) {
            this.text = text;
            this.outcome = outcome;
        }

        String text() {
            return text;
        }

        Outcome outcome() {
            return outcome;
        }
    }

    /**
     * How long an attack goes on. Immutable.
     *
     * @param millis at most so long
     * @param stepMillis between two bytes of those that trickle
     */
    public record Limit(int millis, int stepMillis) {
        int steps() {
            return Math.max(1, millis / stepMillis);
        }
    }

    @Override
    public String toString() {
        return attack.id();
    }
}
