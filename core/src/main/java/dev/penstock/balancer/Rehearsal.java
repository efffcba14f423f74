package dev.penstock.balancer;

import static java.util.Objects.requireNonNull;

import dev.penstock.load.Load;
import dev.penstock.request.Request;
import dev.penstock.time.Randomness;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

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
        return picker(candidates);
    }

    private Picker picker(Candidates some) {
        var randomness = new ReplayedRandomness(atMaking);
        var copies = context.fork(randomness);
        Picker picker = balancer.over(some, copies);
        randomness.goOn(context.randomness());
        return picker;
    }

    /**
     * Finds out whose load the next pick would look at, whatever the rule is. Throws what the rule throws. Cost: that of a new
     * picker.
     *
     * @param request what might be sent
     * @return those candidates, in the order in which they are looked at first; empty for a rule that goes by no load
     */
    public List<Candidate> sampled(Request request) {
        Set<Candidate> noted = new LinkedHashSet<>();
        List<Candidate> watched = new ArrayList<>();
        candidates.eligible().forEach(candidate -> watched.add(new Watched(candidate, noted)));
        Picker picker = picker(new Candidates(watched, candidates.byPriority(), candidates.byZone()));
        noted.clear(); // what it read when it was made is no part of the pick
        picker.pick(request);
        return List.copyOf(noted);
    }

    /** A candidate that notes when its load is looked at. No record: it is equal to itself alone, as candidates are. */
    private static final class Watched implements Mirrored {
        private final Candidate real;
        private final Set<Candidate> noted;

        Watched(Candidate real, Set<Candidate> noted) {
            this.real = real;
            this.noted = noted;
        }

        @Override
        public Candidate real() {
            return real;
        }

        @Override
        public Load mirrored() {
            noted.add(real);
            return real.load();
        }
    }
}
