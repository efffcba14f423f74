package dev.penstock.simulator;

import dev.penstock.load.LoadReport;
import dev.penstock.load.Outcome;
import dev.penstock.service.Lease;
import org.jspecify.annotations.Nullable;

/** One attempt of a request at an endpoint. Ends once. Confined to its simulation. */
final class Attempt {
    private final Exchange exchange;
    private final Lease lease;
    private boolean ended;

    Attempt(Exchange exchange, Lease lease) {
        this.exchange = exchange;
        this.lease = lease;
    }

    Lease lease() {
        return lease;
    }

    boolean ended() {
        return ended;
    }

    /** The endpoint answers, and may tell its load. */
    void answer(Outcome outcome, @Nullable LoadReport report) {
        exchange.whenAwake(() -> {
            if (!ended) {
                if (report != null) {
                    lease.report(report);
                }
                end(outcome);
            }
        });
    }

    void end(Outcome outcome) {
        if (!ended) {
            ended = true;
            if (outcome == Outcome.SUCCESS || outcome == Outcome.ERROR_ANSWER) {
                lease.firstByte();
            }
            lease.complete(outcome);
            exchange.ended(this, outcome);
        }
    }
}
