package dev.penstock.service;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether enough of the endpoints that might serve are healthy. Immutable.
 *
 * @param panic whether all are used because they are not
 * @param healthy how many are
 * @param members how many might serve
 * @param spared whether ejections do not count, since the others have left or are down and nobody else is there
 */
record Judgement(boolean panic, int healthy, int members, boolean spared) {
    static final Judgement NONE = new Judgement(false, 0, 0, false);

    /**
     * Judges the members of a service. It panics only where each tier by itself has too few: as long as one has enough,
     * requests go there.
     *
     * @param panicPercent fewer healthy ones than this are too few; exactly so many are enough; {@code 0}: never
     */
    static Judgement of(List<Standing> standings, int panicPercent) {
        Map<Integer, int[]> tiers = new HashMap<>();
        int healthy = 0;
        int members = 0;
        boolean ejected = false;
        for (Standing standing : standings) {
            if (standing.mayServe()) {
                int[] tier = tiers.computeIfAbsent(standing.endpoint().priority(), priority -> new int[2]);
                int well = standing.healthy() ? 1 : 0;
                tier[0] += well;
                tier[1]++;
                healthy += well;
                members++;
                ejected |= standing.vitals().onlyEjected();
            }
        }
        boolean panic =
                members > 0 && tiers.values().stream().allMatch(tier -> 100L * tier[0] < (long) panicPercent * tier[1]);
        return new Judgement(panic, healthy, members, healthy == 0 && ejected);
    }

    /** Why an endpoint is not picked; empty if it may be. */
    String exclusion(Standing standing) {
        if (!standing.mayServe()) {
            return standing.barred();
        }
        boolean ignored = panic || (spared && standing.vitals().onlyEjected());
        return ignored ? "" : standing.vitals().illness();
    }
}
