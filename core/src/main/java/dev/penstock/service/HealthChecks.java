package dev.penstock.service;

import dev.penstock.health.CheckResult;
import dev.penstock.health.CheckSpec;
import dev.penstock.health.Health;
import dev.penstock.health.HealthMonitor;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The active checks of one service, if it has any. Confined to the serial executor of its service. */
final class HealthChecks {
    /** Is told of each check. */
    @FunctionalInterface
    interface Told {
        void checked(String id, Health health, CheckResult last);
    }

    private final ServiceContext context;
    private final HealthBook book;
    private final Executor serial;
    private final PlugInCalls calls;
    private final Told told;
    private @Nullable HealthMonitor monitor;
    private @Nullable CheckSpec followed;
    private List<HealthMonitor.Subject> subjects = List.of();

    HealthChecks(ServiceContext context, HealthBook book, Executor serial, PlugInCalls calls, Told told) {
        this.context = context;
        this.book = book;
        this.serial = serial;
        this.calls = calls;
        this.told = told;
    }

    /** Goes by this definition from now on; without one nothing is known of anybody's health. */
    void follow(@Nullable CheckSpec spec) {
        var prober = context.health().prober();
        if (spec == null || prober == null) {
            if (monitor != null) {
                close();
                monitor = null;
                book.all().forEach(vitals -> vitals.checked(Health.UNKNOWN, ""));
            }
        } else if (monitor == null) {
            monitor = new HealthMonitor(
                    spec,
                    prober,
                    context.health().slots(),
                    context.scheduler(),
                    context.randomness().fork(),
                    serial,
                    told());
            monitor.follow(subjects);
        } else if (!spec.equals(followed)) {
            monitor.follow(spec);
        }
        followed = spec;
    }

    private HealthMonitor.Told told() {
        return new HealthMonitor.Told() {
            @Override
            public void checked(String id, Health health, CheckResult last) {
                told.checked(id, health, last);
            }

            @Override
            public void fault(String problem, @Nullable Throwable cause) {
                calls.report("health check: " + problem, cause);
            }
        };
    }

    /** These are the members from now on. */
    void watch(List<Standing> members) {
        subjects = members.stream()
                .filter(Standing::checked)
                .map(standing -> new HealthMonitor.Subject(
                        standing.endpoint(),
                        standing.candidate()::address,
                        standing.vitals().health()))
                .toList();
        if (monitor != null) {
            monitor.follow(subjects);
        }
    }

    /** Wants an endpoint to prove itself before {@link #proved}. */
    void doubt(String id) {
        if (monitor != null) {
            monitor.doubt(id);
        }
    }

    boolean proved(String id) {
        return monitor == null || monitor.proved(id);
    }

    void close() {
        if (monitor != null) {
            monitor.close();
        }
    }
}
