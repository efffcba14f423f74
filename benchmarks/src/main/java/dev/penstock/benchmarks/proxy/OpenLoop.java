package dev.penstock.benchmarks.proxy;

import dev.penstock.time.Ticker;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Sends requests at a fixed rate, whether earlier ones are answered or not, and counts each answer's latency from the moment
 * its request was due: a proxy that stalls is charged with all that had to wait meanwhile. One request at a time on each
 * connection. Confined to one event loop.
 *
 * <p>{@code --port P --path /small --rate 8000 --connections 64 --warmup 3 --seconds 10}
 *
 * @see <a href="https://github.com/giltene/wrk2">wrk2 on coordinated omission</a>
 */
final class OpenLoop {
    private static final long LONGEST = TimeUnit.SECONDS.toNanos(60);

    private final Ticker ticker = Ticker.system();
    private final EventLoop loop;
    private final long interval;
    private final long warmup;
    private final long all;
    private final Histogram latencies = new Histogram(LONGEST, 3);
    private final Deque<OpenLoopConnection> idle = new ArrayDeque<>();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private long start;
    private long sent;
    private long answered;
    private long errors;
    private boolean timed;

    private OpenLoop(EventLoop loop, int rate, int warmupSeconds, int seconds) {
        this.loop = loop;
        this.interval = TimeUnit.SECONDS.toNanos(1) / rate;
        this.warmup = (long) warmupSeconds * rate;
        this.all = warmup + (long) seconds * rate;
    }

    /** Runs one load and prints how it went. */
    public static void main(String... words) {
        Options options = Options.of(words);
        EventLoopGroup group = Loop.one();
        try {
            int connections = options.number("connections");
            var load = new OpenLoop(
                    group.next(), options.number("rate"), options.number("warmup"), options.number("seconds"));
            byte[] request = OpenLoopConnection.request(options.text("path"));
            Bootstrap bootstrap = Loop.connections(
                    group, options.number("port"), () -> List.of(new OpenLoopConnection(load, request)));
            for (int i = 0; i < connections; i++) {
                bootstrap.connect().syncUninterruptibly();
            }
            load.loop.execute(load::begin);
            load.done.join();
            load.report();
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    private void begin() {
        start = ticker.nanos() + interval;
        send();
    }

    /** Sends what is due, as far as connections are idle, and has itself called when the next is. */
    private void send() {
        long now = ticker.nanos();
        while (sent < all && now - due(sent) >= 0) {
            OpenLoopConnection connection = idle.poll();
            if (connection == null) {
                return; // goes on with the next answer
            }
            connection.send(sent++);
        }
        if (sent < all && !timed) {
            timed = true;
            var unused = loop.schedule(this::timeHasCome, due(sent) - now, TimeUnit.NANOSECONDS);
        }
    }

    private void timeHasCome() {
        timed = false;
        send();
    }

    private long due(long request) {
        return start + request * interval;
    }

    // ---- told by connections

    void connected(OpenLoopConnection connection) {
        idle.add(connection);
    }

    void answered(OpenLoopConnection connection, long request) {
        if (request >= warmup) {
            latencies.recordValue(Math.min(LONGEST, ticker.nanos() - due(request)));
        }
        answered++;
        idle.add(connection);
        if (answered == all) {
            done.complete(null);
        } else {
            send();
        }
    }

    void failed() {
        errors++;
        done.complete(null); // one error voids the sample
    }

    private void report() {
        Loop.report(
                "{\"requests\": %d, \"errors\": %d, \"p50\": %.1f, \"p99\": %.1f, \"p99.9\": %.1f, \"max\": %.1f}",
                latencies.getTotalCount(),
                errors,
                latencies.getValueAtPercentile(50) / 1e3,
                latencies.getValueAtPercentile(99) / 1e3,
                latencies.getValueAtPercentile(99.9) / 1e3,
                latencies.getMaxValue() / 1e3);
    }
}
