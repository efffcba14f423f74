package dev.penstock.metrics;

/** Something that is measured. Thread-safe; its values may change while they are read. */
@FunctionalInterface
public interface Reading {
    /**
     * Notes every value there is now.
     *
     * @param sheet takes them
     */
    void read(Sheet sheet);
}
