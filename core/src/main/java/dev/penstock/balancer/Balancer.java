package dev.penstock.balancer;

/** An immutable rule that chooses among candidates. Immutable: one instance serves many services. */
@FunctionalInterface
public interface Balancer {
    /**
     * Applies the rule to the candidates of one tier in one snapshot. Called once per change, on the control path; a
     * service with several tiers calls it for each, and asks the pickers in order, see {@link Tiers}.
     *
     * @param candidates never empty, in the textual order of their ids, each of weight 1 or more
     * @param context what lives as long as the tier: its cursor, randomness, clock
     * @return a picker for these candidates
     */
    Picker over(Candidates candidates, PickerContext context);

    /**
     * Tells whether it wants the candidates of all tiers at once, to divide requests between tiers itself.
     *
     * @return false unless overridden: each tier by itself, the first that has candidates
     */
    default boolean seesTiers() {
        return false;
    }
}
