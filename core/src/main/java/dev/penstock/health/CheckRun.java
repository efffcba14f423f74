package dev.penstock.health;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.time.Scheduler;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One check of one endpoint, from its place in the line to its end, or to its timeout. Thread-safe. */
final class CheckRun {
    /**
     * What checks are made with.
     *
     * @param prober asks
     * @param slots bound what is under way
     * @param scheduler runs the prober, and the timeout
     * @param serial where the end is told
     * @param told of what the prober must not do
     */
    record Means(Prober prober, ProbeSlots slots, Scheduler scheduler, Executor serial, HealthMonitor.Told told) {}

    private static final Logger LOG = LoggerFactory.getLogger(CheckRun.class);

    private enum Stage {
        IN_LINE,
        UNDER_WAY,
        OVER
    }

    private final Means means;
    private final Endpoint endpoint;
    private final InetSocketAddress address;
    private final CheckSpec asked;
    private final BiConsumer<CheckRun, @Nullable CheckResult> ended;
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.IN_LINE);
    private volatile Scheduler.@Nullable Timer limit;
    private volatile boolean lost;

    /**
     * A check that has not begun.
     *
     * @param ended called once on the serial executor, unless it is given up; with null where the prober is at fault
     */
    CheckRun(
            Means means,
            Endpoint endpoint,
            InetSocketAddress address,
            CheckSpec asked,
            BiConsumer<CheckRun, @Nullable CheckResult> ended) {
        this.means = means;
        this.endpoint = endpoint;
        this.address = address;
        this.asked = asked;
        this.ended = ended;
    }

    /** Begins once there is a slot for it. */
    void lineUp() {
        means.slots().take(this::start);
    }

    private boolean start() {
        if (!stage.compareAndSet(Stage.IN_LINE, Stage.UNDER_WAY)) {
            return false; // given up while it waited for its turn
        }
        try {
            limit = means.scheduler().schedule(asked.timeout(), () -> end(tooLate()));
            means.scheduler().execute(this::ask);
            return true;
        } catch (RejectedExecutionException e) {
            return !refused();
        }
    }

    /** Nobody asks: that says nothing about the endpoint. Whether the slot is to be given back by whoever gave it. */
    private boolean refused() {
        boolean underWay = over();
        if (underWay) {
            tell(() -> ended.accept(this, null));
        }
        return underWay;
    }

    private CheckResult tooLate() {
        return new CheckResult(false, "no answer within " + asked.timeout().toMillis() + " ms");
    }

    private void ask() {
        if (stage.get() == Stage.OVER) {
            return;
        }
        CompletionStage<CheckResult> answer;
        try {
            answer = means.prober().probe(endpoint, address, asked);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            fault("threw", e);
            return;
        }
        if (answer == null) {
            fault("returned null", null);
            return;
        }
        answer.whenComplete((result, failure) -> {
            if (failure == null && result == null) {
                fault("gave no result", null);
            } else {
                end(failure == null ? result : new CheckResult(false, text(failure)));
            }
        });
    }

    private static String text(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    /** A prober that is broken says nothing about endpoints. */
    private void fault(String problem, @Nullable Throwable cause) {
        tell(() -> means.told().fault("prober " + problem, cause));
        end(null);
    }

    private void end(@Nullable CheckResult result) {
        if (finish()) {
            tell(() -> ended.accept(this, result));
        }
    }

    /** It is over, or nearly, and nobody could be told. */
    boolean isLost() {
        return lost;
    }

    /** Nobody waits for it any more. */
    void giveUp() {
        finish();
    }

    /** Gives its slot back if it has one; whether it was under way. */
    private boolean finish() {
        boolean underWay = over();
        if (underWay) {
            means.slots().release();
        }
        return underWay;
    }

    private boolean over() {
        boolean underWay = stage.getAndSet(Stage.OVER) == Stage.UNDER_WAY;
        Scheduler.Timer timer = limit;
        if (underWay && timer != null) {
            timer.cancel();
        }
        return underWay;
    }

    private void tell(Runnable news) {
        try {
            means.serial().execute(news);
        } catch (RejectedExecutionException e) {
            lost = true;
            LOG.debug("endpoint {}: nobody is left to hear of its check", endpoint.id(), e);
        }
    }
}
