package dev.penstock.balancer;

import static java.util.Objects.requireNonNull;

import dev.penstock.endpoint.Zone;
import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import dev.penstock.time.Randomness;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Another rule within the gateway's own zone, as far as that can bear it.
 *
 * <p>Each zone is taken to send as many requests as any other. A zone with at least a fair share of the weight keeps all of its
 * own; a smaller one keeps the share that makes its endpoints as busy as all others, and the rest goes to the zones that have
 * weight left. Where zones do send different amounts, load says so: a request leaves the zone as well if the endpoint picked
 * there carries more than 1.25 times what one picked elsewhere does, and two requests. A request that has failed goes elsewhere,
 * too, while there is one that it has not tried: a zone may be lost as a whole. Cost: one random number more, a second
 * pick where the first carries more than two requests; O(n) per change. Immutable.
 *
 * @see <a href="https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/zone_aware">Envoy,
 *     zone aware routing</a>
 */
final class ZoneAware extends Refinement {
    /** How many times as busy as others an endpoint of the own zone may be, in quarters. */
    private static final long MOST_QUARTERS = 5;

    /** Requests that are too few to tell. */
    private static final long FEW = 2;

    private final Zone zone;

    ZoneAware(Zone zone, Balancer refined) {
        super(refined);
        this.zone = requireNonNull(zone, "zone");
    }

    @Override
    public Picker over(Candidates candidates, PickerContext context) {
        Map<Zone, List<Candidate>> zones = new TreeMap<>(Comparator.comparing(Zone::name));
        for (Candidate candidate : candidates.eligible()) {
            zones.computeIfAbsent(candidate.endpoint().zone(), any -> new ArrayList<>())
                    .add(candidate);
        }
        List<Candidate> own = zones.remove(zone);
        if (own == null || zones.isEmpty()) {
            return refined(candidates, context);
        }
        long total = weight(candidates.eligible());
        int count = zones.size() + 1;
        double kept = Math.min(1, (double) weight(own) * count / total);
        List<Part> parts = new ArrayList<>();
        parts.add(part(own, candidates, context, 0));
        var rests = new double[zones.size()];
        for (List<Candidate> other : zones.values()) {
            // With nothing to spare anywhere it does not matter to whom load sends: to each by its weight.
            double rest = kept < 1 ? (double) weight(other) / total - 1.0 / count : weight(other);
            rests[parts.size() - 1] = Math.max(0, rest);
            parts.add(part(other, candidates, context, parts.size()));
        }
        return new Zones(parts.toArray(Part[]::new), kept, upTo(rests), context.randomness());
    }

    private Part part(List<Candidate> some, Candidates all, PickerContext context, int number) {
        return Part.of(refined(), new Candidates(some, all.byPriority(), all.byZone()), context.part(number));
    }

    private static long weight(List<Candidate> candidates) {
        return candidates.stream().mapToLong(Candidate::weight).sum();
    }

    /** Shares as the ends of their sections of 0..1. */
    private static double[] upTo(double[] shares) {
        double sum = 0;
        for (double share : shares) {
            sum += share;
        }
        double end = 0;
        var ends = new double[shares.length];
        for (int i = 0; i < shares.length; i++) {
            end += shares[i];
            ends[i] = end / sum;
        }
        return ends;
    }

    private static final class Zones implements Picker {
        private final Part[] parts;
        private final double kept;
        private final double[] upTo;
        private final Randomness randomness;

        Zones(Part[] parts, double kept, double[] upTo, Randomness randomness) {
            this.parts = parts;
            this.kept = kept;
            this.upTo = upTo;
            this.randomness = randomness;
        }

        @Override
        public Candidate pick(Request request) {
            Tried tried = request.tried();
            if (!tried.isEmpty()) {
                return untried(other(), request, tried); // what failed may have failed with its zone
            }
            boolean stays = kept >= 1 || randomness.nextDouble() < kept;
            if (!stays) {
                return parts[other()].picker().pick(request);
            }
            Candidate own = parts[0].picker().pick(request);
            if (load(own) <= FEW) {
                return own;
            }
            Candidate elsewhere = parts[other()].picker().pick(request);
            long mine = 4 * load(own) * elsewhere.weight();
            return mine > MOST_QUARTERS * load(elsewhere) * own.weight() ? elsewhere : own;
        }

        @Override
        public List<String> remarks(Request request) {
            boolean stays = kept >= 1 || randomness.nextDouble() < kept;
            int chosen = stays ? 0 : other();
            List<String> remarks = new ArrayList<>();
            remarks.add("zone " + zone(0) + " keeps " + Math.round(100 * kept) + " % of its requests; this one "
                    + (stays
                            ? "stays, unless its endpoint is much busier than others"
                            : "goes to zone " + zone(chosen)));
            for (int i = 0; i < parts.length; i++) {
                if (i != chosen) {
                    remarks.add("zone " + zone(i) + " is left out, with "
                            + parts[i].candidates().size() + " to pick from");
                }
            }
            remarks.addAll(parts[chosen].picker().remarks(request));
            return remarks;
        }

        private String zone(int part) {
            return parts[part].candidates().get(0).endpoint().zone().name();
        }

        private int other() {
            double place = randomness.nextDouble();
            int other = 0;
            while (other < upTo.length - 1 && place >= upTo[other]) {
                other++;
            }
            return 1 + other;
        }

        private Candidate untried(int first, Request request, Tried tried) {
            for (int i = 0; i < parts.length; i++) {
                Part part = parts[(first + i) % parts.length];
                if (part.hasUntried(tried)) {
                    return part.picker().pick(request);
                }
            }
            return parts[first].picker().pick(request);
        }

        private static long load(Candidate candidate) {
            return (long) candidate.load().inFlight() + candidate.load().handicap();
        }

        @Override
        public @Nullable Affinity affinity(Request request, Candidate picked) {
            return Part.affinity(parts, request, picked);
        }
    }
}
