package dev.penstock.balancer;

import static java.util.Objects.requireNonNull;

/** A rule that refines another: what it does not decide, the other does. Immutable. */
abstract class Refinement implements Balancer {
    private final Balancer refined;

    Refinement(Balancer refined) {
        this.refined = requireNonNull(refined, "refined");
    }

    @Override
    public final boolean seesTiers() {
        return refined.seesTiers();
    }

    /** The rule that decides the rest. */
    final Balancer refined() {
        return refined;
    }

    /** Its picker; never null. */
    final Picker refined(Candidates candidates, PickerContext context) {
        return requireNonNull(refined.over(candidates, context), "over returned null");
    }
}
