package dev.penstock.runtime;

import static java.util.Objects.requireNonNull;

import dev.penstock.config.Configuration;
import dev.penstock.config.ConfigurationFile;
import dev.penstock.config.FilesSeen;
import dev.penstock.config.Reading;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Scheduler;
import dev.penstock.time.SerialExecutor;
import dev.penstock.time.Ticker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a running gateway at what its configuration file says: looks at the file four times a second, and puts into effect
 * what has stayed the same for half a second and can be used. Whatever else the file says or does not say, as while it is
 * gone, half written or broken, changes nothing; it is logged once. Thread-safe.
 *
 * <p>It looks, since events of the file system are not told of network file systems and of what symbolic links lead to.
 * The looking, reading and applying is done by one thread.
 */
public final class ConfigurationFollower implements AutoCloseable {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);
    private static final int CALM_LOOKS = 2; // after the one that saw a change
    private static final int PAUSE_PER_LOOK = 20;

    private final ConfigurationFile file;
    private final Reconfiguration reconfiguration;
    private final Scheduler scheduler;
    private final SerialExecutor serial;
    private final Ticker ticker = Ticker.system();
    private final @Nullable ControlThreads own;
    private Reading last;
    private FilesSeen seen;
    private int calm;
    private final Object lock = new Object();
    private @Nullable CompletableFuture<Void> waiting; // asked for and not begun; guarded by lock
    private volatile boolean closed;

    private ConfigurationFollower(
            GatewayRuntime runtime,
            ConfigurationFile file,
            Reading running,
            Scheduler scheduler,
            @Nullable ControlThreads own) {
        this.file = requireNonNull(file, "file");
        this.scheduler = scheduler;
        this.own = own;
        Configuration configuration = running.orThrow();
        reconfiguration = new Reconfiguration("file " + file.path(), runtime, configuration);
        serial = new SerialExecutor(scheduler);
        last = running;
        seen = running.files();
    }

    /**
     * Follows a file until this is closed.
     *
     * @param runtime runs what the file said; to be closed after this
     * @param file which one
     * @param running the reading that the runtime was started with
     * @return following, to be closed
     * @throws dev.penstock.config.ConfigurationException if the reading has faults
     */
    public static ConfigurationFollower watching(GatewayRuntime runtime, ConfigurationFile file, Reading running) {
        ConfigurationFollower follower = waiting(runtime, file, running);
        follower.lookAfter(BETWEEN_LOOKS);
        return follower;
    }

    /**
     * The same, but the file is read only when {@link #reload()} says so.
     *
     * @param runtime runs what the file said; to be closed after this
     * @param file which one
     * @param running the reading that the runtime was started with
     * @return to be closed
     * @throws dev.penstock.config.ConfigurationException if the reading has faults
     */
    public static ConfigurationFollower waiting(GatewayRuntime runtime, ConfigurationFile file, Reading running) {
        var threads = ControlThreads.withLimit(1);
        return new ConfigurationFollower(runtime, file, running, threads, threads);
    }

    /** Follows by somebody else's scheduler. */
    static ConfigurationFollower watching(
            GatewayRuntime runtime, ConfigurationFile file, Reading running, Scheduler scheduler) {
        var follower = new ConfigurationFollower(runtime, file, running, scheduler, null);
        follower.lookAfter(BETWEEN_LOOKS);
        return follower;
    }

    /**
     * Reads the file now, whether or not it says something else, and puts what it says into effect; logs what came of it. Whoever
     * asks for that before it has begun asks for the same reading.
     *
     * @return completed when that is done, whatever came of it; not if this is closed meanwhile
     */
    public CompletionStage<Void> reload() {
        CompletableFuture<Void> done;
        synchronized (lock) {
            if (waiting != null) {
                return waiting.minimalCompletionStage();
            }
            done = new CompletableFuture<>();
            waiting = done;
        }
        serial.execute(() -> reload(done));
        return done.minimalCompletionStage();
    }

    private void reload(CompletableFuture<Void> done) {
        synchronized (lock) {
            waiting = null;
        }
        try {
            if (!closed) {
                read(file.read(), true);
            }
        } finally {
            done.complete(null);
        }
    }

    /**
     * What is wrong with the file.
     *
     * @return one fault a line; empty if what it says is in effect
     */
    public String problem() {
        return reconfiguration.problem();
    }

    private void lookAfter(Duration pause) {
        scheduler.schedule(pause, () -> serial.execute(this::look));
    }

    private void look() {
        if (closed) {
            return;
        }
        Duration pause = BETWEEN_LOOKS;
        try {
            long begin = ticker.nanos();
            FilesSeen now = seen.now();
            pause = pause(ticker.nanos() - begin);
            looked(now);
        } finally {
            lookAfter(pause);
        }
    }

    /** However much there is to look at, it takes a small share of one processor. */
    static Duration pause(long tookNanos) {
        return Duration.ofNanos(Math.max(BETWEEN_LOOKS.toNanos(), PAUSE_PER_LOOK * tookNanos));
    }

    private void looked(FilesSeen now) {
        if (last.files().agreesWith(now)) { // whatever they said meanwhile
            seen = last.files();
            calm = 0;
            return;
        }
        calm = now.equals(seen) ? calm + 1 : 0;
        seen = now;
        if (calm < CALM_LOOKS) {
            return;
        }
        Reading next = file.read();
        if (!next.files().agreesWith(now)) {
            return;
        }
        seen = now.with(next.files());
        if (seen.equals(now)) {
            read(next, false);
        } else { // a file that nobody looked at so far may be half written
            calm = 0;
        }
    }

    private void read(Reading next, boolean asked) {
        last = next;
        seen = next.files();
        calm = 0;
        try {
            reconfiguration.become(next, asked);
        } catch (RuntimeException e) {
            reconfiguration.failed(e);
        }
    }

    /** Ends the following, within about a second; what is being put into effect may still be. */
    @Override
    public void close() {
        closed = true;
        if (own != null) {
            own.close();
        }
    }
}
