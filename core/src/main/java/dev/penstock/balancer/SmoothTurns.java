package dev.penstock.balancer;

/**
 * A round in which turns are spread as evenly as they can be, worked out once: {5, 1, 1} gives a a b a c a a.
 *
 * <p>At each turn every candidate gains its weight in credit; who has most, takes the turn and pays the sum of all
 * weights. After so many turns as that sum all credits are 0 again and everyone has had as many turns as its weight. At
 * no time is anyone a whole turn behind or ahead of its share.
 *
 * <p>Cost: O(1) per turn, O(sum of weights x n) to build, 4 bytes per turn. Immutable.
 *
 * @see <a href="https://github.com/nginx/nginx/commit/52327e062">nginx, smooth weighted
 *     balancing</a>
 */
final class SmoothTurns implements Turns {
    private final int[] order;

    SmoothTurns(int[] weights) {
        int total = (int) Weights.total(weights);
        order = new int[total];
        var credits = new long[weights.length];
        for (int turn = 0; turn < total; turn++) {
            int richest = 0;
            for (int i = 0; i < credits.length; i++) {
                credits[i] += weights[i];
                if (credits[i] > credits[richest]) {
                    richest = i;
                }
            }
            credits[richest] -= total;
            order[turn] = richest;
        }
    }

    @Override
    public long count() {
        return order.length;
    }

    @Override
    public int at(long turn) {
        return order[(int) turn];
    }
}
