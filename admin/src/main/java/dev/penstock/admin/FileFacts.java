package dev.penstock.admin;

import java.util.List;

/**
 * What a running program says of the readings of its configuration file. Immutable.
 *
 * @param refused how many readings changed nothing since it began, because what they found could not be used
 * @param faults what is wrong with the last of them, one sentence each; empty if what the file says is in effect
 */
public record FileFacts(long refused, List<String> faults) {
    /** The most sentences that are kept. */
    public static final int MAX_ENTRIES = 20;

    /** Of a program that reads no file, or none but at its start. */
    public static final FileFacts NONE = new FileFacts(0, List.of());

    /** Copies the first {@value #MAX_ENTRIES} sentences. */
    public FileFacts {
        faults = faults.stream().limit(MAX_ENTRIES).toList();
    }
}
