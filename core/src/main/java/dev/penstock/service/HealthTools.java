package dev.penstock.service;

import dev.penstock.catalog.ServiceSpec;
import dev.penstock.health.ProbeSlots;
import dev.penstock.health.Prober;
import dev.penstock.time.Scheduler;
import org.jspecify.annotations.Nullable;

/** What services share to watch over their endpoints. Thread-safe. */
public final class HealthTools {
    private final @Nullable Prober prober;
    private final ProbeSlots slots = new ProbeSlots(ProbeSlots.DEFAULT_LIMIT);
    private final Pulse pulse;

    /**
     * Tools of a group of services.
     *
     * @param prober does their active checks; null: none of them asks for checks
     * @param scheduler that of their context
     */
    public HealthTools(@Nullable Prober prober, Scheduler scheduler) {
        this.prober = prober;
        this.pulse = new Pulse(scheduler);
    }

    /**
     * Checks that these do what a service asks for.
     *
     * @throws IllegalArgumentException if it asks for health checks and there is no prober
     */
    void check(ServiceSpec spec) {
        if (spec.health().check() != null && prober == null) {
            throw new IllegalArgumentException("health check of service \"" + spec.name()
                    + "\": nothing can do it (expected: a prober, or no check)");
        }
    }

    @Nullable
    Prober prober() {
        return prober;
    }

    ProbeSlots slots() {
        return slots;
    }

    Pulse pulse() {
        return pulse;
    }
}
