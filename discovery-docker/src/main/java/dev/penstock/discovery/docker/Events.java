package dev.penstock.discovery.docker;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.transport.DockerHttpClient;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.Problems;
import dev.penstock.time.Backoff;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream of a daemon's events, opened again when it breaks. Thread-safe. It holds one thread while it is open.
 *
 * @see <a href="https://docs.docker.com/reference/api/engine/version/v1.47/#tag/System/operation/SystemEvents">GET
 *     /events</a>
 */
final class Events implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Events.class);

    // Names are compared by their beginning once health_status is among them; exec_* of health checks would be a flood.
    private static final String PATH = "/events?filters="
            + URLEncoder.encode(
                    "{\"event\":[\"start\",\"die\",\"stop\",\"kill\",\"pause\",\"unpause\",\"rename\",\"destroy\","
                            + "\"restart\",\"health_status\",\"connect\",\"disconnect\",\"create\",\"update\",\"remove\"]}",
                    StandardCharsets.UTF_8);

    /** Of one event, which has all labels of its container. */
    private static final int MAX_BYTES = 1024 * 1024;

    private static final long OPEN_LIMIT_MILLIS = 2_000;
    private static final long LASTED_NANOS = Duration.ofSeconds(60).toNanos();
    /** A proxy that does not let events pass will hardly do so soon. */
    private static final Duration REFUSED = Duration.ofSeconds(60);

    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(200), 1.5, Duration.ofSeconds(4), 0.75);

    private final DockerApi api;
    private final DiscoveryContext context;
    private final Consumer<JsonNode> observer;
    private final Runnable ended;
    private final AtomicLong count = new AtomicLong();
    private final Object lock = new Object();
    private @Nullable Stream current;
    private int failures;
    private long notBeforeNanos;
    private boolean waits;
    private String problem = "";
    private boolean closed;

    /**
     * Opens nothing yet.
     *
     * @param observer told each event
     * @param ended told when the stream has opened late, or broken, or may be opened again: time to list
     */
    Events(DockerApi api, DiscoveryContext context, Consumer<JsonNode> observer, Runnable ended) {
        this.api = api;
        this.context = context;
        this.observer = observer;
        this.ended = ended;
    }

    /** How many events came so far. */
    long count() {
        return count.get();
    }

    /** Why there is no stream; empty if there is one, or was none yet. */
    String problem() {
        synchronized (lock) {
            return problem;
        }
    }

    boolean isOpen() {
        synchronized (lock) {
            return current != null && current.response != null;
        }
    }

    /** Opens the stream unless it is open, or broke a moment ago; waits a moment for it. */
    void ensureOpen() throws InterruptedException {
        Stream opening;
        synchronized (lock) {
            if (closed || current != null || (waits && notBeforeNanos - now() > 0)) {
                return;
            }
            waits = false;
            opening = new Stream();
            current = opening;
        }
        context.scheduler().execute(opening);
        if (!opening.opened.await(OPEN_LIMIT_MILLIS, TimeUnit.MILLISECONDS)) {
            opening.late = true;
        }
    }

    /** The daemon does not answer anyway: once it does, the stream need not wait. */
    void waitNoLonger() {
        synchronized (lock) {
            waits = false;
        }
    }

    /** Cuts a stream that seems dead; it is opened again. */
    void cut() {
        Stream old;
        synchronized (lock) {
            old = current;
        }
        if (old != null) {
            LOG.info("{}: the stream of events is silent although something changed; opening another", api.name());
            old.cut();
        }
    }

    private long now() {
        return context.ticker().nanos();
    }

    private void over(Stream stream, String why, boolean opened, boolean refused) {
        Duration wait;
        synchronized (lock) {
            if (current != stream) {
                return;
            }
            current = null;
            problem = why;
            boolean lasted = opened && now() - stream.openedNanos > LASTED_NANOS;
            failures = lasted ? 1 : failures + 1;
            wait = refused ? REFUSED : BACKOFF.delay(failures, context.randomness());
            notBeforeNanos = now() + wait.toNanos();
            waits = !lasted; // some proxies cut each stream after a while
            if (closed) {
                return;
            }
        }
        LOG.debug("{}: the stream of events ended: {}", api.name(), why);
        try {
            if (opened) {
                ended.run(); // what was missed is in the list
            }
            context.scheduler().schedule(wait, ended);
        } catch (RejectedExecutionException e) {
            LOG.debug("{}: ended meanwhile", api.name());
        }
    }

    @Override
    public void close() {
        Stream old;
        synchronized (lock) {
            closed = true;
            old = current;
        }
        if (old != null) {
            old.cut();
        }
    }

    /** One connection. */
    private final class Stream implements Runnable {
        private final CountDownLatch opened = new CountDownLatch(1);
        private volatile DockerHttpClient.@Nullable Response response;
        private volatile boolean late;
        private volatile boolean cut;
        private volatile long openedNanos;

        @Override
        public void run() {
            String why;
            boolean wasOpen = false;
            boolean refused = false;
            try (DockerHttpClient.Response open = api.stream(PATH)) {
                response = open;
                openedNanos = now();
                wasOpen = true;
                synchronized (lock) {
                    problem = "";
                }
                opened.countDown();
                if (late) {
                    ended.run(); // the list was read without it
                }
                if (!cut) {
                    follow(open);
                }
                why = "it ended";
            } catch (IOException | RuntimeException | Error e) {
                why = Problems.of(e);
                refused = e instanceof DockerProblem said && said.status() >= 400 && said.status() < 500;
            } finally {
                opened.countDown();
            }
            over(this, why, wasOpen, refused);
        }

        private void follow(DockerHttpClient.Response open) throws IOException {
            var mapper = new ObjectMapper();
            var body = new Bounded(open.getBody(), "/events", MAX_BYTES);
            JsonParser parser = mapper.createParser(body); // not closed: that would read to the stream's end
            JsonNode event = mapper.readTree(parser);
            while (event != null) {
                observer.accept(event);
                count.incrementAndGet(); // not before: a read in between would miss it, and take the next one's for
                // silence
                body.next();
                event = mapper.readTree(parser);
            }
        }

        void cut() {
            cut = true;
            DockerHttpClient.Response open = response;
            if (open != null) {
                open.close();
            }
        }
    }
}
