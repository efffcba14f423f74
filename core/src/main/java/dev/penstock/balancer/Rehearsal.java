package dev.penstock.balancer;

import static java.util.Objects.requireNonNull;

import dev.penstock.time.Randomness;

/**
 * A picker that can be made once more, over copies of what its picks change: what it will pick can be foreseen, and nothing
 * changes by that. Thread-safe; each picker made has copies of its own, and is confined to its thread.
 */
public final class Rehearsal {
    private final Balancer balancer;
    private final Candidates candidates;
    private final PickerContext context;
    private final Randomness atMaking;

    /**
     * Notes what a picker is about to be made of.
     *
     * @param balancer the rule
     * @param candidates whom it is applied to
     * @param context what it uses from now on
     */
    public Rehearsal(Balancer balancer, Candidates candidates, PickerContext context) {
        this.balancer = requireNonNull(balancer, "balancer");
        this.candidates = requireNonNull(candidates, "candidates");
        this.context = requireNonNull(context, "context");
        this.atMaking = context.randomness().fork();
    }

    /**
     * Whom the picker was made for.
     *
     * @return the same ones
     */
    public Candidates candidates() {
        return candidates;
    }

    /**
     * Makes the picker once more. Throws what the rule throws. Cost: that of a new picker.
     *
     * @return one that gives the picks that the other would give next
     */
    public Picker picker() {
        var randomness = new ReplayedRandomness(atMaking);
        var copies = new PickerContext(context.cursor().fork(), randomness, context.ticker());
        Picker picker = balancer.over(candidates, copies);
        randomness.goOn(context.randomness());
        return picker;
    }
}
