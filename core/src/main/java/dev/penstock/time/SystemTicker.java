package dev.penstock.time;

/** The one place that reads the machine's clock. Immutable. */
enum SystemTicker implements Ticker {
    INSTANCE;

    @Override
    public long nanos() {
        return System.nanoTime();
    }
}
