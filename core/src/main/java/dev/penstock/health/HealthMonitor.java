package dev.penstock.health;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.time.Randomness;
import dev.penstock.time.Scheduler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the endpoints of one service checked again and again. Confined to the serial executor of its service; checks
 * themselves run beside it.
 *
 * <p>An endpoint is checked as soon as it is known, then after each interval (90 to 110 % of it, so that many gateways do
 * not ask at the same moment), and never while a check of it is under way. One that never ends is over after its timeout.
 * Where the scheduler takes no task, as one that is full or being shut down, one line says that checks pause; they begin
 * again when the endpoints are followed the next time.
 */
public final class HealthMonitor {
    /** Is told what checks say. Called on the serial executor. */
    public interface Told {
        /**
         * A check has ended.
         *
         * @param id of the endpoint
         * @param health what it is now
         * @param last what the check saw
         */
        void checked(String id, Health health, CheckResult last);

        /**
         * The prober did something that it must not do.
         *
         * @param problem one sentence
         * @param cause what it threw, if it did
         */
        void fault(String problem, @Nullable Throwable cause);
    }

    /**
     * An endpoint to be checked.
     *
     * @param endpoint which one
     * @param address where to connect to now; gives null where that is not known
     * @param health what is known of it, where it is new here
     */
    public record Subject(Endpoint endpoint, Supplier<@Nullable InetSocketAddress> address, Health health) {}

    private static final Logger LOG = LoggerFactory.getLogger(HealthMonitor.class);

    private final CheckRun.Means means;
    private final Scheduler scheduler;
    private final Randomness jitter;
    private final Executor serial;
    private final Told told;
    private final Map<String, Checked> all = new HashMap<>();
    private CheckSpec spec;
    private boolean refused;

    /**
     * Checks nobody yet.
     *
     * @param spec what is asked, and how often
     * @param prober asks
     * @param slots bound what is under way
     * @param scheduler runs the prober, and the pauses
     * @param jitter spreads the pauses
     * @param serial what this is confined to
     * @param told of each check
     */
    public HealthMonitor(
            CheckSpec spec,
            Prober prober,
            ProbeSlots slots,
            Scheduler scheduler,
            Randomness jitter,
            Executor serial,
            Told told) {
        this.spec = spec;
        this.means = new CheckRun.Means(prober, slots, scheduler, serial, told);
        this.scheduler = scheduler;
        this.jitter = jitter;
        this.serial = serial;
        this.told = told;
    }

    /**
     * Goes by another definition from now on: everybody is checked at once, and is what it was until then.
     *
     * @param next what is asked, and how often
     */
    public void follow(CheckSpec next) {
        spec = next;
        all.values().forEach(Checked::restart);
    }

    /**
     * Checks these from now on, and nobody else.
     *
     * @param subjects each id once; one that is known by id, host and port goes on as before
     */
    public void follow(List<Subject> subjects) {
        Set<String> staying = new HashSet<>();
        for (Subject subject : subjects) {
            String id = subject.endpoint().id();
            staying.add(id);
            Checked known = all.get(id);
            if (known != null && known.isFor(subject.endpoint())) {
                known.subject = subject;
                known.goOn();
            } else {
                if (known != null) {
                    known.end();
                }
                var fresh = new Checked(subject);
                all.put(id, fresh);
                fresh.restart();
            }
        }
        all.entrySet().removeIf(entry -> {
            boolean gone = !staying.contains(entry.getKey());
            if (gone) {
                entry.getValue().end();
            }
            return gone;
        });
    }

    /**
     * Wants an endpoint to prove itself.
     *
     * @param id see {@link #proved}
     */
    public void doubt(String id) {
        Checked known = all.get(id);
        if (known != null) {
            known.successes = 0;
            known.proved = false;
            known.restart();
        }
    }

    /**
     * Tells whether an endpoint has had as many successes in a row as one that was down needs, since it was doubted.
     *
     * @param id of the endpoint
     * @return true as well for one that was never doubted, and for one that is not checked
     */
    public boolean proved(String id) {
        Checked known = all.get(id);
        return known == null || known.proved;
    }

    /** Checks nobody from now on. */
    public void close() {
        all.values().forEach(Checked::end);
        all.clear();
    }

    /** One endpoint and what its checks have said. */
    private final class Checked {
        private Subject subject;
        private Health health;
        private int successes;
        private int failures;
        private boolean proved = true;
        private boolean ended;
        private @Nullable CheckRun run;
        private Scheduler.@Nullable Timer pause;
        private int pauses;
        private volatile boolean stopped; // set by timers, too

        Checked(Subject subject) {
            this.subject = subject;
            this.health = subject.health();
        }

        boolean isFor(Endpoint endpoint) {
            Endpoint known = subject.endpoint();
            return known.host().equals(endpoint.host()) && known.port() == endpoint.port();
        }

        /** Checks now, unless a check is under way. */
        void restart() {
            if (run == null && !ended) {
                cancelPause();
                begin();
            }
        }

        /** Checks again if that ended because a task was refused. */
        void goOn() {
            if (run != null && run.isLost()) {
                run = null;
                stopped = true;
            }
            if (stopped) {
                restart();
            }
        }

        private void begin() {
            stopped = false;
            InetSocketAddress address = subject.address().get();
            if (address == null) {
                pause();
                return;
            }
            var begun = new CheckRun(means, subject.endpoint(), address, spec, this::ended);
            run = begun;
            begun.lineUp();
        }

        private void pause() {
            boolean well = health == Health.UP && failures == 0 && proved;
            Duration base = well ? spec.interval() : spec.failingInterval();
            long nanos = (long) (base.toNanos() * (0.9 + 0.2 * jitter.nextDouble()));
            int number = ++pauses;
            try {
                pause = scheduler.schedule(Duration.ofNanos(nanos), () -> resume(number));
                if (refused) {
                    refused = false;
                    LOG.info("endpoint {}: checked again", subject.endpoint().id());
                }
            } catch (RejectedExecutionException e) {
                stopped = true;
                if (!refused) {
                    refused = true;
                    LOG.warn(
                            "endpoint {}: checked no more until the endpoints change; its timer was refused",
                            subject.endpoint().id(),
                            e);
                }
            }
        }

        private void resume(int number) {
            try {
                serial.execute(() -> {
                    if (pause != null
                            && pauses == number) { // else it was called off too late, and there may be another
                        pause = null;
                        restart();
                    }
                });
            } catch (RejectedExecutionException e) {
                stopped = true;
                LOG.debug("nobody is left to hear of checks", e);
            }
        }

        private void ended(CheckRun over, @Nullable CheckResult result) {
            if (run != over || ended) {
                return;
            }
            run = null;
            if (result != null) {
                judge(result.good());
                told.checked(subject.endpoint().id(), health, result);
            }
            if (!ended) {
                pause();
            }
        }

        private void judge(boolean good) {
            if (good) {
                failures = 0;
                successes++;
                if (health != Health.DOWN || successes >= spec.rise()) {
                    health = Health.UP;
                }
                proved |= successes >= spec.rise();
            } else {
                successes = 0;
                failures++;
                if (failures >= spec.fall()) {
                    health = Health.DOWN;
                }
            }
        }

        void end() {
            ended = true;
            cancelPause();
            if (run != null) {
                run.giveUp();
            }
        }

        private void cancelPause() {
            if (pause != null) {
                pause.cancel();
                pause = null;
            }
        }
    }
}
