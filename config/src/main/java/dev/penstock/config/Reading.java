package dev.penstock.config;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of reading files: a configuration, or what is wrong with them. Immutable.
 *
 * @param configuration what they say; null where something is wrong
 * @param faults all of them, in the order of the files; empty where nothing is wrong
 * @param files what was read, also where something is wrong
 */
public record Reading(@Nullable Configuration configuration, List<Fault> faults, FilesSeen files) {
    /** Checks that there is either a configuration or a fault. */
    public Reading {
        faults = List.copyOf(faults);
        requireNonNull(files, "files");
        if ((configuration == null) == faults.isEmpty()) {
            throw new IllegalArgumentException("faults: " + faults.size() + " (expected: some or a configuration)");
        }
    }

    /**
     * The configuration.
     *
     * @return what the files say
     * @throws ConfigurationException with every fault, if there are any
     */
    public Configuration orThrow() {
        if (configuration == null) {
            throw new ConfigurationException(faults);
        }
        return configuration;
    }
}
