package dev.penstock.balancer;

import dev.penstock.request.Tried;
import dev.penstock.time.Randomness;

/** Choices among the candidates that a request has not tried; off the fast path. */
final class Untried {
    /** Draws before all candidates are looked at: with half of them tried, one request in 65,536 gets that far. */
    static final int DRAWS = 16;

    private Untried() {}

    static boolean in(Tried tried, Candidate candidate) {
        return !tried.contains(candidate.endpoint().id());
    }

    /**
     * A random one of the untried, each as likely as another; of all, if all were tried.
     *
     * <p>Cost: O(n), no allocation.
     */
    static Candidate any(Candidate[] candidates, Tried tried, Randomness randomness) {
        return any(candidates, tried, randomness, false);
    }

    /** A random one of the untried, in proportion to weight; of all, if all were tried. */
    static Candidate anyByWeight(Candidate[] candidates, Tried tried, Randomness randomness) {
        return any(candidates, tried, randomness, true);
    }

    // A reservoir of one: each further candidate takes the place with its share of what was seen so far.
    private static Candidate any(Candidate[] candidates, Tried tried, Randomness randomness, boolean byWeight) {
        Candidate chosen = candidates[0];
        boolean chosenUntried = false;
        long seen = 0;
        for (Candidate candidate : candidates) {
            boolean untried = in(tried, candidate);
            if (chosenUntried && !untried) {
                continue;
            }
            if (untried && !chosenUntried) {
                seen = 0; // forgets the tried ones
                chosenUntried = true;
            }
            int weight = byWeight ? candidate.weight() : 1;
            seen += weight;
            if (randomness.nextDouble() * seen < weight) {
                chosen = candidate;
            }
        }
        return chosen;
    }
}
