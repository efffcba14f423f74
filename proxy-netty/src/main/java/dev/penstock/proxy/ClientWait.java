package dev.penstock.proxy;

import dev.penstock.catalog.ClientTimeouts;
import dev.penstock.time.Ticker;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What the client of a connection is waited for, one thing at a time, and for how long. Confined to its event loop. */
final class ClientWait {
    /** How long a client that is not done sending may take to read the last answer; then it is cut off. */
    private static final long LINGER_NANOS = Duration.ofSeconds(2).toNanos();

    /** What it may be waited for. */
    enum For {
        /** It is the turn of somebody else. */
        NOTHING,
        /** The head of a request. */
        HEAD,
        /** More of a body. */
        BODY,
        /** The first byte of another request. */
        NEXT_REQUEST,
        /** That it takes what was written. */
        READING,
        /** That it closes the connection, after the last answer. */
        LEAVING
    }

    private final Supplier<ClientTimeouts> timeouts;
    private final LongSupplier unsent;
    private final Consumer<For> onExpiry;
    private final LoopTimer timer;
    private For what = For.NOTHING;
    private long unsentBytes;

    /** A wait for nothing; unsent: the bytes that are written and not sent. */
    ClientWait(
            EventLoop loop,
            Ticker ticker,
            Supplier<ClientTimeouts> timeouts,
            LongSupplier unsent,
            Consumer<For> onExpiry) {
        this.timeouts = timeouts;
        this.unsent = unsent;
        this.onExpiry = onExpiry;
        this.timer = new LoopTimer(loop, ticker, this::expired);
    }

    boolean isFor(For what) {
        return this.what == what;
    }

    void forNothing() {
        what = For.NOTHING;
        timer.disarm();
    }

    void forHead() {
        arm(For.HEAD, timeouts.get().header());
    }

    void forBody() {
        arm(For.BODY, timeouts.get().body());
    }

    void forNextRequest() {
        forNextRequest(timeouts.get().idle());
    }

    void forNextRequest(Duration time) {
        arm(For.NEXT_REQUEST, time);
    }

    /** Brings the end of the wait for another request forward, to so much after the last one at most. */
    void shortenTo(Duration time) {
        timer.shorten(timeouts.get().idle().minus(time).toNanos());
    }

    /** Begins anew with each byte that is taken. */
    void forReading() {
        long bytes = unsent.getAsLong();
        if (what != For.READING || unsentBytes != bytes) {
            unsentBytes = bytes;
            arm(For.READING, timeouts.get().write());
        }
    }

    void forLeaving() {
        what = For.LEAVING;
        timer.arm(LINGER_NANOS);
    }

    /** There is nobody left to wait for. */
    void cancel() {
        timer.cancel();
    }

    private void arm(For what, Duration timeout) {
        this.what = what;
        timer.arm(timeout.toNanos());
    }

    private void expired() {
        if (what == For.READING && unsentBytes != unsent.getAsLong()) {
            forReading();
        } else {
            onExpiry.accept(what);
        }
    }
}
