package dev.penstock.service;

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
