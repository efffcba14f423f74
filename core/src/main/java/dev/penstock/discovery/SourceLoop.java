package dev.penstock.discovery;

import static java.util.Objects.requireNonNull;

import dev.penstock.endpoint.ServiceName;
import dev.penstock.time.Scheduler;
import dev.penstock.time.SerialExecutor;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one service of one source again and again, by the rules that all sources share, and tells watches of the
 * differences. Thread-safe.
 *
 * <p>For authors of sources: give a {@link SourceReader}; if the source has events, subscribe to them first and call
 * {@link #hint()} on each, and on each reconnect. An event is never taken as data. The loop does the rest:
 * <ul>
 *   <li>the first read starts at once; a hint is followed once none came for {@link SourceRules#quiet()}, or the first
 *       is {@link SourceRules#latest()} old; without hints, the source is read after {@link Listing#nextRead()} or
 *       {@link SourceRules#relist()};
 *   <li>equal data is no news;
 *   <li>a failed read keeps the last good endpoints, is logged when it is the first in a row, as is the end of the row
 *       (one line each in ten seconds, over all services of the source), and is tried again after {@link SourceRules#backoff()}, hints or not; success resets
 *       it. A source that cannot be reached ({@link java.net.ConnectException} and the like) is tried again after four
 *       seconds at most, so that its return is noticed soon;
 *   <li>an answer without endpoints is believed at once, unless a guard asks for confirmation: until then the last good
 *       ones stay, as {@link ServiceState.Stale}, and the reader is asked to {@link SourceReader#confirm};
 *   <li>entries that were skipped are counted, logged (each once, ten a minute at most) and shown by
 *       {@link Watch#skipped()};
 *   <li>a read that is not over within {@link SourceRules#readTimeout()} is called off and has failed; if it holds a
 *       thread and ignores the interrupt, the next one waits for its end;
 *   <li>{@link #close()} calls off the read under way, ends the watches, and starts nothing any more.
 * </ul>
 */
public final class SourceLoop implements AutoCloseable {
    private static final Scheduler.Timer NONE = () -> {};

    private final String name;
    private final SourceReader reader;
    private final SourceRules rules;
    private final DiscoveryContext context;
    private final StatePublisher publisher;
    private final SerialExecutor serial;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean released = new AtomicBoolean();
    private final AtomicBoolean hintQueued = new AtomicBoolean();
    private final LongAdder reads = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final SkippedEntries skipped;
    private final OutageLog log;
    private final AnswerGuard guard;
    private volatile @Nullable SourceRead reading;
    private volatile boolean closed;

    // confined to serial
    private final ReadPlan plan;
    private Scheduler.Timer nextRead = NONE;
    private Scheduler.Timer timeout = NONE;
    private final Retries retries;
    private boolean hintedMeanwhile;
    private boolean timedOut;

    /**
     * A loop that does nothing until {@link #start()}.
     *
     * @param service whose endpoints are read
     * @param source the name of the source, as in {@code consul http://10.0.0.9:8500}
     * @param reader reads it
     * @param rules when, and what to believe
     * @param context clock, threads and chance
     */
    public SourceLoop(
            ServiceName service, String source, SourceReader reader, SourceRules rules, DiscoveryContext context) {
        this(service, source, reader, rules, context, new OutageLog(context.ticker()));
    }

    /** A loop that shares its log with others of its source. */
    SourceLoop(
            ServiceName service,
            String source,
            SourceReader reader,
            SourceRules rules,
            DiscoveryContext context,
            OutageLog log) {
        this.log = log;
        this.name = source + ": read of \"" + service + "\"";
        this.reader = requireNonNull(reader, "reader");
        this.rules = requireNonNull(rules, "rules");
        this.context = requireNonNull(context, "context");
        publisher = new StatePublisher(service, source, context.ticker(), context.scheduler());
        serial = new SerialExecutor(context.scheduler());
        skipped = new SkippedEntries(name, context.ticker(), rules.logged());
        guard = new AnswerGuard(rules);
        plan = new ReadPlan(rules);
        retries = new Retries(rules.backoff(), context.randomness());
    }

    /** Starts reading; does nothing the second time. */
    public void start() {
        if (started.compareAndSet(false, true)) {
            serial.execute(this::read);
        }
    }

    /** Says that something may have changed at the source; cheap, from any thread, as often as one likes. */
    public void hint() {
        if (hintQueued.compareAndSet(false, true)) {
            serial.execute(this::hinted);
        }
    }

    /**
     * Subscribes to the states.
     *
     * @param observer told each new state
     * @param closing run once when the watch is closed
     * @return the subscription
     */
    public Watch watch(Consumer<ServiceState> observer, Runnable closing) {
        return publisher.watch(observer, closing);
    }

    /**
     * What the loop has done so far.
     *
     * @param reads begun
     * @param failures reads that failed
     * @param skipped entries left out, counted at each read
     */
    public record Counts(long reads, long failures, long skipped) {}

    /**
     * Counts what was done.
     *
     * @return since the start
     */
    public Counts counts() {
        return new Counts(reads.sum(), failed.sum(), skipped.count());
    }

    @Override
    public void close() {
        closed = true;
        publisher.close();
        SourceRead current = reading;
        if (current != null) {
            current.abort();
        }
        serial.execute(() -> {
            nextRead.cancel();
            timeout.cancel();
            if (released.compareAndSet(false, true)) {
                reader.close();
            }
        });
    }

    private void hinted() {
        hintQueued.set(false);
        if (reading != null) {
            hintedMeanwhile = true;
        } else if (retries.none() && started.get()) {
            plan.hint(now());
            arrange();
        }
    }

    private void arrange() {
        nextRead.cancel();
        nextRead = closed
                ? NONE
                : context.scheduler().schedule(plan.untilRead(now()), () -> serial.executeHere(this::read));
    }

    private void read() {
        if (closed || reading != null) {
            return;
        }
        nextRead.cancel();
        plan.read(now());
        hintedMeanwhile = false;
        timedOut = false;
        reads.increment();
        var read = new SourceRead(
                reading(), (which, listing, problem) -> serial.execute(() -> ended(which, listing, problem)));
        reading = read;
        timeout = context.scheduler().schedule(rules.readTimeout(), () -> serial.executeHere(() -> late(read)));
        context.scheduler().execute(read);
        if (closed) {
            read.abort(); // close() may have looked before this read stood there
        }
    }

    private SourceRead.Reading reading() {
        if (!guard.holdsBack()) {
            return reader::read;
        }
        Duration left = guard.left(now());
        return () -> reader.confirm(left);
    }

    private void late(SourceRead read) {
        if (reading == read && !closed) {
            timedOut = true;
            if (!read.abort()) {
                fail(timeoutProblem() + "; the call is still blocked");
            } else if (read.abandon()) {
                ended(read, null, null);
            } // else it has ended just now: its reader takes the answer for told, and it is the next thing to be told
        }
    }

    private String timeoutProblem() {
        return "no answer within " + rules.readTimeout().toMillis() + " ms";
    }

    private void ended(SourceRead read, @Nullable Listing listing, @Nullable Throwable problem) {
        if (reading != read || closed) {
            return;
        }
        reading = null;
        timeout.cancel();
        if (listing != null) {
            answered(listing);
        } else {
            failed.increment();
            plan.retry(now(), retries.after(problem));
            fail(timedOut ? timeoutProblem() : problem == null ? "the answer was null" : Problems.of(problem));
        }
        arrange();
    }

    private void answered(Listing listing) {
        long now = now();
        boolean recovered = !retries.none();
        retries.reset();
        plan.answered(now, relist(listing));
        if (hintedMeanwhile) {
            plan.hint(now);
        }
        skipped.show(listing.skipped());
        publisher.skipped(listing.skipped());
        int before = publisher.current().endpoints().size();
        int found = listing.endpoints().size();
        Duration confirm = guard.confirmIn(now, before, found);
        if (confirm.isZero()) {
            publisher.answer(listing.endpoints());
            if (recovered && rules.logged()) {
                log.recovered(name, found);
            }
        } else {
            plan.atLatest(now, confirm);
            fail("answered with " + found + " endpoints after " + before + "; kept until confirmed");
        }
    }

    private Duration relist(Listing listing) {
        Duration next = listing.nextRead();
        if (next != null) {
            return next;
        }
        double share = 0.9 + 0.1 * context.randomness().nextDouble();
        return Duration.ofNanos((long) (ReadPlan.nanos(rules.relist()) * share));
    }

    private void fail(String problem) {
        ServiceState before = publisher.current();
        publisher.fail(problem);
        boolean entered = !(before instanceof ServiceState.Stale) && !(before instanceof ServiceState.Failed);
        if (entered && !closed && rules.logged()) {
            log.failed(name, problem, before.endpoints().size());
        } else {
            log.failedAgain(name, problem);
        }
    }

    private long now() {
        return context.ticker().nanos();
    }
}
