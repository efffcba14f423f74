package dev.penstock.catalog;

/** What becomes of the headers in which endpoints report their load, once the gateway has read them. */
public enum LoadReports {
    /** They are taken out: what endpoints carry is nobody's business outside. */
    STRIP,
    /** They go on to the client, as where that is another gateway that balances by them. */
    PASS
}
