package dev.penstock.shadow;

/**
 * The mean of the last samples, some {@value #SAMPLES}. Thread-safe, without locks and allocation: of two samples that come
 * at once one may be lost.
 */
final class Recent {
    static final int SAMPLES = 64;

    private volatile double mean;
    private volatile int count;

    @SuppressWarnings("NonAtomicVolatileUpdate") // one lost now and then does not matter
    void add(double sample) {
        int known = Math.min(SAMPLES, count + 1);
        count = known;
        mean += (sample - mean) / known;
    }

    boolean known() {
        return count > 0;
    }

    double mean() {
        return mean;
    }
}
