package dev.penstock.proxy;

import dev.penstock.retry.Failure;
import dev.penstock.retry.Retries;
import dev.penstock.retry.RetrySpec;
import dev.penstock.service.Lease;
import dev.penstock.service.Service;
import dev.penstock.time.Ticker;
import io.netty.util.concurrent.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Further attempts at one request beside one that takes too long. Confined to the event loop of its client.
 *
 * <p>A hedge goes to an endpoint that the request has not tried, is taken out of the retry budget, and is made of a request
 * only that has come whole and may be sent again.
 */
final class Hedging {
    private final Failover failover;
    private final DownstreamRequest request;
    private final Race race;
    private final Service service;
    private final RetrySpec spec;
    private final Ticker ticker;
    private final long beganNanos;
    private @Nullable Attempt first;
    private @Nullable Future<?> next;
    private int made;

    Hedging(Failover failover, DownstreamRequest request, Race race, Service service, RetrySpec spec, Ticker ticker) {
        this.failover = failover;
        this.request = request;
        this.race = race;
        this.service = service;
        this.spec = spec;
        this.ticker = ticker;
        this.beganNanos = spec.hedge().isOn() ? ticker.nanos() : 0;
    }

    /** An attempt begins. */
    void began(Attempt attempt) {
        if (first == null) {
            first = attempt;
        }
    }

    /** An attempt has the request: from now on it may take too long. */
    void sent() {
        long nanos = retries().hedgeNanos(spec);
        if (nanos >= 0 && !race.isDecided()) {
            cancel();
            next = request.guard().later(nanos, this::hedge);
        }
    }

    /** One of the attempts is about to be chosen. */
    void answered() {
        if (spec.hedge().isOn() && race.has(first)) {
            retries().took(spec, ticker.nanos() - beganNanos);
        }
    }

    void cancel() {
        Guard.cancel(next);
    }

    private void hedge() {
        int tried = request.head().attempts().count();
        boolean wanted = !race.isDecided()
                && made < spec.hedge().most()
                && tried < spec.attempts()
                && spec.when().methods().contains(request.head().method())
                && request.body().isOver()
                && failover.isKept();
        // As after a time-out: one that was tried is of no use.
        if (!wanted
                || !service.offersAnother(request.head().attempts(), Failure.TIMEOUT, List.of())
                || !retries().hasHedge(spec)) {
            return;
        }
        if (service.acquire(request.head()) instanceof Lease lease) {
            if (request.head().attempts().contains(lease.endpoint().id())
                    || !retries().hedge(spec)) {
                lease.close();
            } else {
                made++;
                failover.begin(lease);
            }
        }
    }

    private Retries retries() {
        return service.retries();
    }
}
