package dev.penstock.admin;

import static java.util.Objects.requireNonNull;

import dev.penstock.config.AdminSettings;
import dev.penstock.config.ConfigurationReader;
import java.util.List;

/**
 * What the API goes by. Immutable.
 *
 * @param settings who may use it, and for what
 * @param listeners tells what becomes of those that it defines
 * @param reader reads what it is sent, and knows what is wrong with it besides its form
 */
public record ApiSetup(AdminSettings settings, ListenerWatch listeners, ConfigurationReader reader) {
    /** Checks for null. */
    public ApiSetup {
        requireNonNull(settings, "settings");
        requireNonNull(listeners, "listeners");
        requireNonNull(reader, "reader");
    }

    /**
     * A setup whose reader finds faults of form alone.
     *
     * @param settings see {@link #settings()}
     * @param listeners see {@link #listeners()}
     */
    public ApiSetup(AdminSettings settings, ListenerWatch listeners) {
        this(settings, listeners, new ConfigurationReader(configuration -> List.of()));
    }
}
