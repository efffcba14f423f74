package dev.penstock.discovery.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The UDP sockets to one nameserver. Confined to the wire's thread.
 *
 * <p>A socket takes a bounded number of questions at a time and is replaced every few seconds, so that its port is not
 * known for long.
 */
final class Lanes {
    /** Questions under way to one nameserver. */
    static final int MAX_ASKS = 512;

    private static final int MAX_OPEN = 8;
    private static final long AGE_NANOS = Duration.ofSeconds(10).toNanos();

    private final InetSocketAddress server;
    private final Selector selector;
    private final Wire wire;
    private final List<Lane> open = new ArrayList<>();
    private final ArrayDeque<Ask> waiting = new ArrayDeque<>();

    Lanes(InetSocketAddress server, Selector selector, Wire wire) {
        this.server = server;
        this.selector = selector;
        this.wire = wire;
    }

    /** Takes a question; it goes out with the next {@link #start}. */
    void add(Ask ask) {
        waiting.add(ask);
    }

    /** Sends what may be under way by now. */
    void start(long now) {
        while (!waiting.isEmpty()) {
            Lane lane = lane(now);
            if (lane == null) {
                return;
            }
            Ask ask = waiting.remove();
            wire.begin(ask);
            lane.send(ask);
        }
    }

    private @Nullable Lane lane(long now) {
        for (Lane lane : open) {
            if (lane.takes(now)) {
                return lane;
            }
        }
        if (open.size() >= MAX_OPEN) {
            return null;
        }
        try {
            var lane = new Lane(server, selector, wire, now + AGE_NANOS);
            open.add(lane);
            return lane;
        } catch (IOException e) {
            String problem = "cannot be sent to: " + e.getMessage();
            waiting.forEach(ask -> ask.fail(problem));
            waiting.clear();
            return null;
        }
    }

    /** Forgets what is over, closes sockets that are no longer needed, and starts what waits. */
    void tidy(long now) {
        open.removeIf(lane -> lane.closeIfDone(now));
        start(now);
    }

    boolean isUnused() {
        return open.isEmpty() && waiting.isEmpty();
    }

    void close(String problem) {
        waiting.forEach(ask -> ask.fail(problem));
        waiting.clear();
        open.forEach(Lane::close);
        open.clear();
    }
}
