package dev.penstock.service;

import dev.penstock.catalog.HealthSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.health.CheckResult;
import dev.penstock.health.Health;
import dev.penstock.observe.Event;
import dev.penstock.outlier.Ejection;
import dev.penstock.outlier.OutlierDetector;
import dev.penstock.outlier.Sample;
import dev.penstock.time.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches over the endpoints of one service: has them checked, looks at what their requests come to, lets new ones grow,
 * and has a new snapshot made when any of that changes who may be picked. Confined to the serial executor of its service.
 */
final class HealthWatch {
    private static final Logger LOG = LoggerFactory.getLogger(HealthWatch.class);

    private final ServiceName name;
    private final ServiceContext context;
    private final HealthBook book;
    private final Executor serial;
    private final HealthChecks checks;
    private final Runnable changed;
    private final FailureMark mark = new FailureMark();
    private final Runnable beat = this::beat;
    private final OutlierDetector detector;
    private final Map<String, Standing> standings = new HashMap<>();
    private Judgement judgement = Judgement.NONE;
    private boolean joined;
    private boolean closed;
    private Scheduler.@Nullable Timer timer;
    private long timerNanos;

    /**
     * Watches over nobody yet.
     *
     * @param changed has a snapshot made
     */
    HealthWatch(
            ServiceName name,
            ServiceContext context,
            HealthBook book,
            Executor serial,
            PlugInCalls calls,
            Runnable changed) {
        this.name = name;
        this.context = context;
        this.book = book;
        this.serial = serial;
        this.checks = new HealthChecks(context, book, serial, calls, this::checked);
        this.changed = changed;
        this.detector = new OutlierDetector(book.spec().outliers(), book.spec().panicPercent());
    }

    /** What failures of requests are noted in. */
    FailureMark mark() {
        return mark;
    }

    /** Goes by the definition from now on. */
    void follow(HealthSpec spec) {
        book.follow(spec);
        detector.follow(spec.outliers(), spec.panicPercent());
        if (spec.outliers().active() != joined && !closed) {
            joined = !joined;
            if (joined) {
                context.health().pulse().join(beat);
            } else {
                context.health().pulse().leave(beat);
            }
        }
        checks.follow(spec.check());
    }

    private void checked(String id, Health health, CheckResult last) {
        Standing standing = standings.get(id);
        if (standing == null || closed) {
            return;
        }
        if (!last.good()) {
            standing.candidate().avoidCurrent();
        }
        boolean turned = standing.vitals().checked(health, last.evidence());
        if (turned) {
            boolean healthy = health != Health.DOWN;
            LOG.info("service {}: endpoint {} is {}: {}", name, id, healthy ? "up" : "down", last.evidence());
            context.observer().on(new Event.HealthChanged(name, standing.endpoint(), healthy, last.evidence()));
            changed.run();
        }
        if (detector.current(id) != null) {
            look();
        }
    }

    /** What is known of a member. */
    Vitals member(Endpoint endpoint, long nowNanos) {
        Vitals vitals = book.member(endpoint, nowNanos, () -> detector.forget(endpoint.id()));
        vitals.grow(Growth.at(book.spec().slowStart(), vitals.ageNanos(nowNanos)));
        return vitals;
    }

    /** Why an endpoint is not picked by hand; empty if it may be. */
    String drain(Vitals vitals) {
        return book.drain(vitals);
    }

    boolean drained(List<Standing> all) {
        return book.allDrained()
                || (!all.isEmpty()
                        && all.stream().allMatch(standing -> standing.vitals().drained()));
    }

    /** All members have been named; gives the share below which a service panics. */
    int judge(boolean known, Set<String> members, long nowNanos) {
        if (known) {
            detector.retain(book.end(members, nowNanos));
        }
        return book.spec().panicPercent();
    }

    /** A snapshot was made of these. */
    void made(List<Standing> all, Judgement now) {
        standings.clear();
        all.forEach(standing -> standings.put(standing.endpoint().id(), standing));
        if (now.panic() != judgement.panic()) {
            if (now.panic()) {
                LOG.warn(
                        "service {}: {} of {} endpoints are healthy; all are used", name, now.healthy(), now.members());
            } else {
                LOG.info("service {}: {} of {} endpoints are healthy again", name, now.healthy(), now.members());
            }
            context.observer().on(new Event.PanicChanged(name, now.panic(), now.healthy(), now.members()));
        }
        judgement = now;
        checks.watch(all);
        await(context.ticker().nanos());
    }

    /** Any thread; returns at once. */
    private void beat() {
        if (mark.take()) {
            serial.execute(this::look);
        }
    }

    private void look() {
        if (closed) {
            return;
        }
        long now = context.ticker().nanos();
        boolean news = readmit(detector.over(now), now);
        if (joined) {
            news |= eject(now);
        }
        news |= grows(now);
        await(now);
        if (news) {
            changed.run();
        }
    }

    /** None can be reached: they are no worse than each other, and the next request tries them all. */
    void relent() {
        if (closed) {
            return;
        }
        standings.values().forEach(standing -> standing.candidate().forgive());
        List<String> ejected = standings.keySet().stream()
                .filter(id -> detector.current(id) != null)
                .toList();
        if (readmit(ejected, context.ticker().nanos())) {
            changed.run();
        }
    }

    private boolean readmit(Collection<String> ids, long now) {
        boolean news = false;
        for (String id : ids) {
            if (checks.proved(id)) {
                detector.readmit(id, now);
                news = true;
                Vitals vitals = book.of(id);
                Standing standing = standings.get(id);
                if (vitals != null) {
                    vitals.ejected(null);
                    context.observer().on(new Event.EndpointReadmitted(name, vitals.endpoint()));
                    LOG.info("service {}: endpoint {} is readmitted", name, id);
                }
                if (standing != null) {
                    standing.candidate().forgive();
                }
            }
        }
        return news;
    }

    private boolean eject(long now) {
        List<Sample> samples = new ArrayList<>(standings.size());
        standings.forEach((id, standing) -> {
            if (standing.mayServe()) {
                LiveCandidate candidate = standing.candidate();
                long ended = candidate.started() - candidate.inFlight();
                samples.add(new Sample(id, standing.healthy(), ended, candidate.failed(), candidate.streak()));
            }
        });
        List<Ejection> ejections = detector.look(samples, now);
        for (Ejection ejection : ejections) {
            Standing standing = standings.get(ejection.id());
            if (standing != null) {
                standing.vitals().ejected(ejection);
                LOG.info(
                        "service {}: endpoint {} is {}",
                        name,
                        ejection.id(),
                        standing.vitals().illness());
                context.observer()
                        .on(new Event.EndpointEjected(name, standing.endpoint(), ejection.why(), ejection.length()));
            }
            checks.doubt(ejection.id());
        }
        return !ejections.isEmpty();
    }

    private boolean grows(long now) {
        return standings.values().stream()
                .map(Standing::vitals)
                .anyMatch(vitals -> vitals.growth() != Growth.at(book.spec().slowStart(), vitals.ageNanos(now)));
    }

    /** Has a look taken when the next thing is due. */
    private void await(long now) {
        long wait = detector.nextLookNanos(now);
        for (Standing standing : standings.values()) {
            Vitals vitals = standing.vitals();
            if (vitals.growth() < Vitals.FULL) {
                long age = vitals.ageNanos(now);
                wait = Math.min(wait, Growth.untilNextNanos(book.spec().slowStart(), age));
            }
        }
        if (closed || wait == Long.MAX_VALUE || (timer != null && timerNanos - now <= wait)) {
            return;
        }
        if (timer != null) {
            timer.cancel();
        }
        timerNanos = now + wait;
        timer = context.scheduler().schedule(Duration.ofNanos(wait), () -> serial.execute(this::due));
    }

    private void due() {
        timer = null;
        look();
    }

    void close() {
        closed = true;
        if (joined) {
            context.health().pulse().leave(beat);
        }
        checks.close();
        if (timer != null) {
            timer.cancel();
        }
    }
}
