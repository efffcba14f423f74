package dev.penstock.admin;

import static java.util.Objects.requireNonNull;

import dev.penstock.config.AdminSettings;

/**
 * What the API of servers goes by. Immutable.
 *
 * @param settings who may use it, and for what
 * @param listeners tells what becomes of those that it defines
 */
public record ApiSetup(AdminSettings settings, ListenerWatch listeners) {
    /** Checks for null. */
    public ApiSetup {
        requireNonNull(settings, "settings");
        requireNonNull(listeners, "listeners");
    }
}
