package dev.penstock.middleware;

/** One piece of middleware at work, of those that have a word in what becomes of a request. Thread-safe; takes no lock. */
interface Step {
    /** What becomes of a request here. */
    Verdict pass(Passage passage);

    /** The same, but nothing is taken, held or counted. */
    default Verdict foresee(Passage passage) {
        return pass(passage);
    }
}
