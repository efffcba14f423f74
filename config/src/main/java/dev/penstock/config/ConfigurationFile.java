package dev.penstock.config;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.CatalogState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A configuration file of this machine, with the settings that win over what it says. Immutable.
 *
 * @param reader reads it
 * @param path where it is
 * @param settings of flags and variables; a later one wins over an earlier one of the same key
 */
public record ConfigurationFile(ConfigurationReader reader, Path path, List<Setting> settings) {
    private static final Configuration EMPTY =
            Configuration.of(new CatalogState("none", List.of(), List.of(), List.of()));

    /** Copies the list. */
    public ConfigurationFile {
        requireNonNull(reader, "reader");
        requireNonNull(path, "path");
        settings = List.copyOf(settings);
    }

    /**
     * Reads it as it is now. Blocks.
     *
     * @return settings over what it says, or the faults of both
     */
    public Reading read() {
        Reading read = reader.reading(path);
        List<Fault> faults = new ArrayList<>(read.faults());
        try {
            Configuration whole = Setting.over(read.configuration() == null ? EMPTY : read.configuration(), settings);
            if (faults.isEmpty()) {
                return new Reading(whole, List.of(), read.files());
            }
        } catch (ConfigurationException e) {
            faults.addAll(e.faults());
        }
        return new Reading(null, faults, read.files());
    }
}
