package dev.penstock.discovery.consul;

import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.time.Backoff;
import dev.penstock.time.Scheduler;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One blocking query again and again, whose answers are passed on when its index moved. Thread-safe. */
final class HintLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HintLoop.class);

    /** The least time from one answer to the next question: changes that come close together are one answer. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final String path;
    private final ConsulHttp http;
    private final ConsulSource source;
    private final DiscoveryContext context;
    private final News news;
    private final Object lock = new Object();
    private final Pace pace = new Pace();
    private long index = BlockingIndex.NONE;
    private int failures;
    private boolean running;
    private @Nullable Call<Answer> call;
    private Scheduler.Timer timer = () -> {};

    /** Told each answer that may hold news. */
    @FunctionalInterface
    interface News {
        void of(Answer answer) throws IOException;
    }

    HintLoop(String path, ConsulHttp http, ConsulSource source, DiscoveryContext context, News news) {
        this.path = path;
        this.http = http;
        this.source = source;
        this.context = context;
        this.news = news;
    }

    void start() {
        synchronized (lock) {
            if (running) {
                return;
            }
            running = true;
        }
        context.scheduler().execute(this::ask);
    }

    private void ask() {
        long sent;
        long started = context.ticker().nanos();
        Call<Answer> question;
        synchronized (lock) {
            if (!running) {
                return;
            }
            sent = index;
            String blocking = sent == BlockingIndex.NONE
                    ? ""
                    : "index=" + sent + "&wait=" + source.blocking().toMillis() + "ms";
            question = http.get(path + blocking, source.rules().readTimeout());
            call = question;
        }
        CompletionStage<Answer> asked = question;
        asked.whenCompleteAsync((answer, problem) -> ended(answer, problem, sent, started), context.scheduler());
    }

    private void ended(@Nullable Answer answer, @Nullable Throwable problem, long sent, long started) {
        Duration wait;
        try {
            if (answer == null) {
                throw new IOException(String.valueOf(problem), problem);
            }
            answer.check();
            long received = answer.index();
            if (received != sent) {
                news.of(answer);
            }
            Duration took = Duration.ofNanos(context.ticker().nanos() - started);
            synchronized (lock) {
                index = BlockingIndex.next(sent, received);
                failures = 0;
                wait = pace.after(took, received != sent, received != sent);
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("hints of {} failed", source, e);
            synchronized (lock) {
                index = BlockingIndex.NONE; // what was missed shows in the first answer
                failures++;
                wait = Backoff.defaults().delay(failures, context.randomness());
            }
        }
        again(wait.compareTo(PAUSE) > 0 ? wait : PAUSE);
    }

    private void again(Duration wait) {
        synchronized (lock) {
            if (running) {
                timer = context.scheduler().schedule(wait, this::ask);
            }
        }
    }

    @Override
    public void close() {
        Call<Answer> last;
        synchronized (lock) {
            running = false;
            timer.cancel();
            last = call;
        }
        if (last != null) {
            last.cancel(true);
        }
    }
}
