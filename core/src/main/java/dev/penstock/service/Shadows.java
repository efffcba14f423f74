package dev.penstock.service;

import dev.penstock.balancer.Balancer;
import dev.penstock.balancer.Candidates;
import dev.penstock.balancer.Tiers;
import dev.penstock.catalog.ShadowSpec;
import dev.penstock.shadow.Shadow;
import dev.penstock.shadow.ShadowPicker;
import dev.penstock.shadow.ShadowReport;
import dev.penstock.time.SerialExecutor;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The shadow of one service, if it has one. It has a serial executor of its own, so that a rule that blocks while it is made
 * or applied holds up nothing of the service. Thread-safe.
 */
final class Shadows {
    private final ServiceContext context;
    private final Service service;
    private final SerialExecutor serial;
    private final AtomicBoolean follows = new AtomicBoolean();
    private volatile Seen seen = new Seen(null, Set.of());
    private volatile @Nullable Running running;
    private volatile @Nullable ShadowPicker picker;

    /** What the newest snapshot was made of. */
    private record Seen(@Nullable Candidates candidates, Set<String> members) {}

    /** A rule that is asked, or will be. */
    private static final class Running {
        private final ShadowSpec spec;
        private final Supplier<Balancer> factory;
        private volatile @Nullable Balancer rule;
        private volatile @Nullable Shadow shadow;

        Running(ShadowSpec spec, Supplier<Balancer> factory) {
            this.spec = spec;
            this.factory = factory;
        }
    }

    Shadows(ServiceContext context, Service service) {
        this.context = context;
        this.service = service;
        this.serial = new SerialExecutor(context.scheduler());
    }

    /** What requests ask; null if nothing. One volatile read. */
    @Nullable
    ShadowPicker picker() {
        return picker;
    }

    /** Begins another shadow in the place of the one before. */
    void begin(ShadowSpec spec, Supplier<Balancer> factory) {
        var next = new Running(spec, factory);
        running = next;
        picker = null;
        serial.execute(() -> make(next));
    }

    /** Ends it. */
    void end() {
        running = null;
        picker = null;
    }

    /** Goes by a new snapshot; null: there is nobody to pick. */
    void follow(@Nullable Candidates candidates, Set<String> members) {
        seen = new Seen(candidates, members);
        if (running != null && follows.compareAndSet(false, true)) { // one that blocks gathers no tasks
            serial.execute(this::apply);
        }
    }

    private void make(Running made) {
        if (running != made) {
            return;
        }
        Balancer rule = null;
        Throwable thrown = null;
        try {
            rule = made.factory.get();
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            thrown = e;
        }
        made.rule = rule;
        var shadow = new Shadow(
                made.spec.balancer(),
                made.spec.samplePercent(),
                rule == null
                        ? (candidates, any) -> request -> candidates.eligible().get(0)
                        : new Tiers(rule),
                context.randomness(),
                context.ticker(),
                (problem, cause) -> service.calls().report("shadow: " + problem + "; it is asked no more", cause));
        made.shadow = shadow;
        if (rule == null) {
            shadow.fail(thrown == null ? "there is no rule" : "its factory threw", thrown);
        }
        apply();
    }

    private void apply() {
        follows.set(false);
        Running now = running;
        Shadow shadow = now == null ? null : now.shadow;
        if (now == null || shadow == null) {
            return;
        }
        Seen newest = seen;
        picker = newest.candidates() == null ? null : shadow.over(newest.candidates(), newest.members());
        if (running != now) {
            picker = null; // it ended meanwhile
        }
    }

    /** What it did so far; null where there is none, or it is not made yet. */
    @Nullable
    ShadowReport report() {
        Running now = running;
        Shadow shadow = now == null ? null : now.shadow;
        return shadow == null ? null : shadow.report();
    }

    /**
     * The rule, to be made the live one.
     *
     * @throws IllegalStateException if there is none that runs
     */
    Supplier<Balancer> rule() {
        Running now = running;
        if (now == null) {
            throw new IllegalStateException(
                    "shadow of service \"" + service.spec().name() + "\": none (expected: one)");
        }
        Shadow shadow = now.shadow;
        if (shadow != null && !shadow.runs()) {
            throw new IllegalStateException("shadow of service \""
                    + service.spec().name() + "\": failed, " + shadow.report().fault() + " (expected: one that runs)");
        }
        return () -> {
            Balancer made = now.rule;
            return made == null ? now.factory.get() : made;
        };
    }
}
