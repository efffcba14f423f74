package dev.penstock.balancer;

import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import dev.penstock.time.Randomness;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Picks the candidate of the request's key, or another one where that was tried or has no room. Thread-safe. */
final class HashPicker implements Picker {
    /** Jumps before the candidates are taken one after the other: with half of them full, one pick in 65,536 gets there. */
    private static final int JUMPS = 16;

    private static final long GOLDEN = 0x9e3779b97f4a7c15L; // any odd number would do: a step between hashes

    private final Candidate[] candidates;
    private final HashKey key;
    private final Placement placement;
    private final double boundedLoad;
    private final double totalWeight;
    private final Randomness randomness;

    HashPicker(Candidate[] candidates, HashKey key, Placement placement, double boundedLoad, Randomness randomness) {
        this.candidates = candidates;
        this.key = key;
        this.placement = placement;
        this.boundedLoad = boundedLoad;
        this.totalWeight = Weights.total(Weights.of(candidates));
        this.randomness = randomness;
    }

    @Override
    public Candidate pick(Request request) {
        String text = key.of(request);
        long hash = text == null ? randomness.nextLong() : XxHash64.of(text);
        Candidate first = candidates[placement.at(hash)];
        Tried tried = request.tried();
        boolean untried = tried.isEmpty() || Untried.in(tried, first);
        if (untried && (boundedLoad == HashPolicy.UNBOUNDED || first.load().inFlight() == 0)) {
            return first;
        }
        double allowed = allowedPerWeight();
        return untried && hasRoom(first, allowed) ? first : other(hash, tried, allowed, first);
    }

    @Override
    public @Nullable String key(Request request) {
        return key.of(request);
    }

    @Override
    public List<String> remarks(Request request) {
        String text = key.of(request);
        if (text == null) {
            return List.of(key + ": the request has none, so any endpoint");
        }
        Candidate first = candidates[placement.at(XxHash64.of(text))];
        String place = key + " has its place at " + first.endpoint().id();
        if (!Untried.in(request.tried(), first)) {
            return List.of(place + ", which was tried: another one");
        }
        boolean room = boundedLoad == HashPolicy.UNBOUNDED
                || first.load().inFlight() == 0
                || hasRoom(first, allowedPerWeight());
        return List.of(place + (room ? "" : ", which bears as much as its bound allows: another one"));
    }

    private Candidate other(long hash, Tried tried, double allowed, Candidate first) {
        long jump = hash;
        for (int i = 0; i < JUMPS; i++) {
            jump = Mix.of(jump + GOLDEN);
            Candidate candidate = candidates[placement.at(jump)];
            if (Untried.in(tried, candidate) && hasRoom(candidate, allowed)) {
                return candidate;
            }
        }
        return anyOther(placement.at(jump), tried, allowed, first);
    }

    private Candidate anyOther(int from, Tried tried, double allowed, Candidate first) {
        Candidate full = first;
        boolean fullIsUntried = Untried.in(tried, first);
        for (int i = 0; i < candidates.length; i++) {
            Candidate candidate = candidates[(from + i) % candidates.length];
            if (Untried.in(tried, candidate)) {
                if (hasRoom(candidate, allowed)) {
                    return candidate;
                }
                full = fullIsUntried ? full : candidate;
                fullIsUntried = true;
            }
        }
        return full;
    }

    /** Requests in flight that one unit of weight may hold, the one to be picked included; unrounded. */
    private double allowedPerWeight() {
        if (boundedLoad == HashPolicy.UNBOUNDED) {
            return HashPolicy.UNBOUNDED;
        }
        long inFlight = 1;
        for (Candidate candidate : candidates) {
            inFlight += candidate.load().inFlight();
        }
        return boundedLoad * inFlight / totalWeight;
    }

    private static boolean hasRoom(Candidate candidate, double allowedPerWeight) {
        return candidate.load().inFlight() < Math.ceil(allowedPerWeight * candidate.weight());
    }
}
