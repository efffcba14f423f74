package dev.penstock.simulator;

import dev.penstock.load.Outcome;
import dev.penstock.request.Attempts;
import dev.penstock.request.PlainRequest;
import dev.penstock.retry.Failed;
import dev.penstock.retry.Failure;
import dev.penstock.retry.Retries;
import dev.penstock.retry.RetryRules;
import dev.penstock.retry.RetrySpec;
import dev.penstock.retry.Verdict;
import dev.penstock.service.Decision;
import dev.penstock.service.Lease;
import dev.penstock.service.Reason;
import dev.penstock.service.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request from its arrival to its end, repeated and hedged as the production rules say. Confined to its simulation.
 */
final class Exchange {
    private static final int ERROR_STATUS = 503;

    private final World world;
    private final GatewayModel gateway;
    private final int client;
    private final PlainRequest request;
    private final Retries retries;
    private final RetrySpec spec;
    private final long arrivedNanos;
    private final List<Attempt> open = new ArrayList<>(1);
    private int attempts;
    private int hedges;
    private boolean over;
    private @Nullable Attempt first;
    private @Nullable Attempts tried;
    private @Nullable Failure lastFailure;

    Exchange(World world, GatewayModel gateway, int client) {
        this.world = world;
        this.gateway = gateway;
        this.client = client;
        this.request = world.request(client);
        this.retries = gateway.retries();
        this.spec = world.retry();
        this.arrivedNanos = world.time().nanos();
    }

    void begin() {
        retries.request();
        attempt();
    }

    private void attempt() {
        Decision decision = acquire();
        boolean full = decision instanceof Refusal refusal && refusal.reason() == Reason.OVERLOADED;
        if (!full || !gateway.await(request(), world.time(), this::decided)) {
            decided(decision);
        }
    }

    private void decided(Decision decision) {
        if (decision instanceof Lease lease) {
            if (RetryRules.isWorthwhile(lastFailure, isTried(lease), lastFailure == Failure.CONNECT)) {
                begin(lease);
                return;
            }
            lease.close();
        }
        over = true;
        if (lastFailure == null) {
            world.measured().refused();
        } else {
            world.measured().failed();
        }
    }

    private Decision acquire() {
        return gateway.acquire(request());
    }

    private PlainRequest request() {
        return tried == null ? request : request.withTried(tried);
    }

    private boolean isTried(Lease lease) {
        return tried != null && tried.contains(lease.endpoint().id());
    }

    private void begin(Lease lease) {
        attempts++;
        if (attempts > 1) {
            world.measured().retried();
        }
        var attempt = new Attempt(this, lease);
        if (first == null) {
            first = attempt;
        }
        open.add(attempt);
        world.limit(attempt);
        long hedgeNanos = retries.hedgeNanos(spec);
        if (hedgeNanos >= 0) {
            world.time().after(hedgeNanos, this::hedge);
        }
        EndpointModel model = world.model(lease.endpoint());
        world.measured().attempted(gateway, model);
        model.take(attempt);
    }

    private void hedge() {
        if (over || open.isEmpty() || hedges >= spec.hedge().most() || attempts >= spec.attempts()) {
            return;
        }
        open.forEach(this::note);
        if (acquire() instanceof Lease lease) {
            if (isTried(lease) || !retries.hedge(spec)) {
                lease.close();
            } else {
                hedges++;
                begin(lease);
            }
        }
    }

    void whenAwake(Runnable task) {
        world.whenAwake(task);
    }

    void ended(Attempt attempt, Outcome outcome) {
        open.remove(attempt);
        if (over) {
            return; // another was faster
        }
        if (outcome.failed()) {
            note(attempt);
            if (open.isEmpty()) {
                repeat(failure(outcome));
            }
            return;
        }
        over = true;
        long nanos = world.time().nanos() - arrivedNanos;
        if (attempt == first || open.contains(first)) {
            retries.took(spec, nanos);
        }
        world.measured().succeeded(nanos);
        world.measured().served(client, world.model(attempt.lease().endpoint()));
        world.keep(client, attempt.lease().affinity());
        while (!open.isEmpty()) {
            open.get(0).end(Outcome.CANCELLED);
        }
    }

    private void repeat(Failure failure) {
        lastFailure = failure;
        var failed = new Failed(
                failure,
                failure == Failure.STATUS ? ERROR_STATUS : 0,
                request.method(),
                true,
                attempts,
                Long.MAX_VALUE);
        if (retries.judge(spec, failed) != Verdict.RETRY) {
            over = true;
            world.measured().failed();
        } else if (failure.mayHaveArrived()) {
            world.time().after(retries.waitNanos(spec, failed), this::attempt);
        } else {
            attempt();
        }
    }

    private void note(Attempt attempt) {
        if (tried == null) {
            tried = new Attempts();
        }
        String endpoint = attempt.lease().endpoint().id();
        if (!tried.contains(endpoint)) {
            tried.add(endpoint);
        }
    }

    private static Failure failure(Outcome outcome) {
        return switch (outcome) {
            case CONNECT_FAILED -> Failure.CONNECT;
            case TIMED_OUT -> Failure.TIMEOUT;
            case ERROR_ANSWER -> Failure.STATUS;
            default -> Failure.BROKEN;
        };
    }
}
