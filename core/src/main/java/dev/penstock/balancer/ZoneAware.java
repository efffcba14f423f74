package dev.penstock.balancer;

import static java.util.Objects.requireNonNull;

import dev.penstock.endpoint.Zone;
import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import dev.penstock.time.Randomness;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Another rule within the gateway's own zone, as far as that can bear it.
 *
 * <p>Each zone is taken to send as many requests as any other. A zone with at least a fair share of the weight keeps all of its
 * own; a smaller one keeps the share that makes its endpoints as busy as all others, and the rest goes to the zones that have
 * weight left. Where zones do send different amounts, load says so: a request leaves the zone as well if the endpoint picked
 * there carries more than 1.25 times what one picked elsewhere does, and two requests. A request that has failed goes elsewhere,
 * too, while there is one that it has not tried: a zone may be lost as a whole. Requests of one {@link Picker#key} go to one
 * zone, and a request whose client is kept at an endpoint goes there whatever its zone, see {@link Picker#bound}. Cost: one random number more, a second
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
        context.retainZones(names(candidates));
        List<Candidate> own = zones.remove(zone);
        if (own == null) {
            return refined(candidates, context);
        }
        if (zones.isEmpty()) {
            return refined(candidates, context.zone(zone.name()));
        }
        long total = weight(candidates.eligible());
        int count = zones.size() + 1;
        double kept = Math.min(1, (double) weight(own) * count / total);
        List<Part> parts = new ArrayList<>();
        parts.add(part(own, candidates, context));
        var rests = new double[zones.size()];
        for (List<Candidate> other : zones.values()) {
            // With nothing to spare anywhere it does not matter to whom load sends: to each by its weight.
            double rest = kept < 1 ? (double) weight(other) / total - 1.0 / count : weight(other);
            rests[parts.size() - 1] = Math.max(0, rest);
            parts.add(part(other, candidates, context));
        }
        return new Zones(parts, kept, upTo(rests), context.randomness());
    }

    /** The names of the zones of all members, whether any of them may be picked or not. */
    private static Set<String> names(Candidates candidates) {
        Set<String> names = new HashSet<>();
        candidates.byZone().keySet().forEach(each -> names.add(each.name()));
        candidates
                .eligible()
                .forEach(candidate -> names.add(candidate.endpoint().zone().name()));
        return names;
    }

    private Part part(List<Candidate> some, Candidates all, PickerContext context) {
        String name = some.get(0).endpoint().zone().name();
        return Part.of(refined(), new Candidates(some, all.byPriority(), all.byZone()), context.zone(name));
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

    private static final class Zones extends Parts {
        /** Of its own, so that the zone of a key says nothing of its place within the zone, or of its tier. */
        private static final long SALT = 0x7a6f6e6573L;

        private final double kept;
        private final double[] upTo;
        private final Randomness randomness;

        Zones(List<Part> zones, double kept, double[] upTo, Randomness randomness) {
            super(zones);
            this.kept = kept;
            this.upTo = upTo;
            this.randomness = randomness;
        }

        @Override
        Candidate pickFree(Request request) {
            Tried tried = request.tried();
            if (!tried.isEmpty()) {
                return in(untried(other(), tried), request); // what failed may have failed with its zone
            }
            String key = key(request);
            if (key != null) {
                return in(home(key), request);
            }
            if (!stays()) {
                return in(other(), request);
            }
            Candidate own = in(0, request);
            if (load(own) <= FEW) {
                return own;
            }
            Candidate elsewhere = in(other(), request);
            long mine = 4 * load(own) * elsewhere.weight();
            return mine > MOST_QUARTERS * load(elsewhere) * own.weight() ? elsewhere : own;
        }

        private Candidate in(int zone, Request request) {
            return part(zone).picker().pick(request);
        }

        private boolean stays() {
            return kept >= 1 || randomness.nextDouble() < kept;
        }

        /** The zone of a key: the same for all its requests, so load does not move them. */
        private int home(String key) {
            double place = HashKey.place(key, SALT);
            return place < kept ? 0 : other((place - kept) / (1 - kept));
        }

        private int other() {
            return other(randomness.nextDouble());
        }

        private int other(double place) {
            int other = 0;
            while (other < upTo.length - 1 && place >= upTo[other]) {
                other++;
            }
            return 1 + other;
        }

        @Override
        public List<String> remarks(Request request) {
            List<String> remarks = new ArrayList<>();
            int chosen = chosen(request, remarks);
            for (int i = 0; i < count(); i++) {
                if (i != chosen) {
                    remarks.add("zone " + part(i).zone() + " is left out, with " + part(i).size() + " to pick from");
                }
            }
            remarks.addAll(part(chosen).picker().remarks(request));
            return remarks;
        }

        private int chosen(Request request, List<String> remarks) {
            String keeps = "zone " + part(0).zone() + " keeps " + Math.round(100 * kept) + " % of its requests; ";
            int bound = boundIn(request);
            if (bound >= 0) {
                remarks.add(keeps + "this one's client is kept in zone "
                        + part(bound).zone());
                return bound;
            }
            String key = key(request);
            if (key != null) {
                int home = home(key);
                remarks.add(
                        keeps + "this one goes by its key to zone " + part(home).zone());
                return home;
            }
            if (stays()) {
                remarks.add(keeps + "this one stays, unless its endpoint is much busier than others");
                return 0;
            }
            int other = other();
            remarks.add(keeps + "this one goes to zone " + part(other).zone());
            return other;
        }

        private static long load(Candidate candidate) {
            return (long) candidate.load().inFlight() + candidate.load().handicap();
        }
    }
}
