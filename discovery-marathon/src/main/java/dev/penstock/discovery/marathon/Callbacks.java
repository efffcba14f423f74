package dev.penstock.discovery.marathon;

import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.Problems;
import dev.penstock.discovery.UriOptions;
import dev.penstock.discovery.http.Call;
import dev.penstock.time.Scheduler;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has Marathon 0.8 to 1.4 post its events to us, and says so again and again, since it may forget. Thread-safe.
 *
 * <p>A Marathon that knows no subscriptions (1.5 and later) is read by its stream instead.
 */
final class Callbacks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Callbacks.class);
    private static final Scheduler.Timer NONE = () -> {};

    private final String name;
    private final CallbackUrl url;
    private final MasterHttp http;
    private final DiscoveryContext context;
    private final Duration interval;
    private final Runnable changed;
    private final Runnable unknown;
    private final Turns turns;
    private volatile @Nullable CallbackServer server;
    private volatile Scheduler.Timer timer = NONE;

    // confined to turns
    private String problem = "";

    /**
     * Does nothing yet.
     *
     * @param changed run at each event
     * @param unknown run when Marathon says that it knows no subscriptions
     */
    Callbacks(
            CallbackUrl url,
            MarathonSource source,
            MasterHttp http,
            DiscoveryContext context,
            Runnable changed,
            Runnable unknown) {
        name = source.name();
        this.url = url;
        this.http = http;
        this.context = context;
        interval = source.interval();
        this.changed = changed;
        this.unknown = unknown;
        turns = new Turns(context.scheduler());
    }

    /** Listens and subscribes. */
    void start() {
        turns.run(this::subscribe);
    }

    private void subscribe() {
        if (turns.isClosed()) {
            return;
        }
        timer = context.scheduler().schedule(interval, () -> turns.run(this::subscribe));
        Call<Reply> call;
        try {
            if (server == null) {
                server = CallbackServer.listen(url.port(), context.scheduler(), changed);
            }
            if (turns.isClosed()) {
                close(); // meanwhile, which saw no server
                return;
            }
            call = http.post("/v2/eventSubscriptions?callbackUrl=" + UriOptions.escaped(url.url()));
        } catch (IOException | RuntimeException e) {
            told(Problems.of(e));
            return;
        }
        CompletionStage<Reply> end = call;
        end.whenComplete((reply, failure) -> turns.run(() -> {
            if (failure != null) {
                told(Problems.of(failure));
            } else if (reply.status() == 404) {
                told("it knows no subscriptions; its stream is read instead");
                stopListening();
                unknown.run();
            } else {
                told(reply.status() == 200 ? "" : reply.said());
            }
        }));
    }

    private void told(String now) {
        if (!now.equals(problem) && !turns.isClosed()) {
            if (now.isEmpty()) {
                LOG.info("{}: events are posted to {}", name, url.shown());
            } else {
                LOG.warn("{}: no events are posted to {}: {}; changes are found by polling", name, url.shown(), now);
            }
        }
        problem = now;
    }

    @Override
    public void close() {
        turns.close();
        timer.cancel();
        stopListening(); // by this thread: others may not run any more
    }

    private void stopListening() {
        CallbackServer listening = server;
        server = null;
        if (listening != null) {
            listening.close();
        }
    }
}
