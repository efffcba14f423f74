package dev.penstock.proxy;

import dev.penstock.catalog.ClientTimeouts;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.time.Ticker;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What the client of a connection is waited for, one thing at a time, and for how long. Confined to its event loop. */
final class ClientWait {
    private static final long NANOS = 1_000_000_000L;

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

    private final Ticker ticker;
    private final Supplier<ListenerSpec> listener;
    private final LongSupplier unsent;
    private final Consumer<For> onExpiry;
    private final LoopTimer timer;
    private For what = For.NOTHING;
    private long unsentBytes;
    private long creditNanos;
    private long bodySinceNanos;

    /** A wait for nothing; unsent: the bytes that are written and not sent. */
    ClientWait(
            EventLoop loop,
            Ticker ticker,
            Supplier<ListenerSpec> listener,
            LongSupplier unsent,
            Consumer<For> onExpiry) {
        this.ticker = ticker;
        this.listener = listener;
        this.unsent = unsent;
        this.onExpiry = onExpiry;
        this.timer = new LoopTimer(loop, ticker, this::expired);
    }

    boolean isFor(For what) {
        return this.what == what;
    }

    void forNothing() {
        leaveBody();
        what = For.NOTHING;
        timer.disarm();
    }

    void forHead() {
        arm(For.HEAD, timeouts().header());
    }

    /** A request begins: its body may lag behind by the whole of the body timeout. */
    void beginBody() {
        forNothing();
        creditNanos = timeouts().body().toNanos();
    }

    /** So much of a body has come: it makes up for the time that it takes at the least rate, however fast it came. */
    void received(int bytes) {
        leaveBody();
        long full = timeouts().body().toNanos();
        int rate = listener.get().limits().connections().bodyRate();
        creditNanos = rate == 0 ? full : Math.min(full, creditNanos + bytes * NANOS / rate);
    }

    void forBody() {
        leaveBody();
        what = For.BODY;
        bodySinceNanos = ticker.nanos();
        timer.arm(creditNanos);
    }

    /** Only the time counts in which it is the client's turn. */
    private void leaveBody() {
        if (what == For.BODY) {
            creditNanos -= ticker.nanos() - bodySinceNanos;
            what = For.NOTHING;
        }
    }

    void forNextRequest() {
        forNextRequest(timeouts().idle());
    }

    void forNextRequest(Duration time) {
        arm(For.NEXT_REQUEST, time);
    }

    /** Brings the end of the wait for another request forward, to so much after the last one at most. */
    void shortenTo(Duration time) {
        timer.shorten(timeouts().idle().minus(time).toNanos());
    }

    /** Begins anew with each byte that is taken. */
    void forReading() {
        long bytes = unsent.getAsLong();
        if (what != For.READING || unsentBytes != bytes) {
            unsentBytes = bytes;
            arm(For.READING, timeouts().write());
        }
    }

    void forLeaving() {
        arm(For.LEAVING, timeouts().linger());
    }

    private ClientTimeouts timeouts() {
        return listener.get().timeouts();
    }

    /** There is nobody left to wait for. */
    void cancel() {
        timer.cancel();
    }

    private void arm(For what, Duration timeout) {
        leaveBody();
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
