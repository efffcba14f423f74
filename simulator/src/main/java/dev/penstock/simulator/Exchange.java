package dev.penstock.simulator;

import dev.penstock.load.Outcome;
import dev.penstock.request.Attempts;
import dev.penstock.request.PlainRequest;
import dev.penstock.service.Decision;
import dev.penstock.service.Lease;
import org.jspecify.annotations.Nullable;

/** One request from its arrival to its end. Confined to its simulation. */
final class Exchange {
    private final World world;
    private final GatewayModel gateway;
    private final PlainRequest request;
    private final long arrivedNanos;
    private int attempts;
    private @Nullable Attempts tried;

    Exchange(World world, GatewayModel gateway, PlainRequest request) {
        this.world = world;
        this.gateway = gateway;
        this.request = request;
        this.arrivedNanos = world.time().nanos();
    }

    void attempt() {
        attempts++;
        Decision decision = gateway.acquire(tried == null ? request : request.withTried(tried));
        if (decision instanceof Lease lease) {
            var attempt = new Attempt(this, lease);
            world.limit(attempt);
            world.model(lease.endpoint()).take(attempt);
        } else {
            world.measured().refused();
        }
    }

    void ended(Lease lease, Outcome outcome) {
        if (!outcome.failed()) {
            world.measured().succeeded(world.time().nanos() - arrivedNanos);
        } else if (attempts < world.mostAttempts()) {
            if (tried == null) {
                tried = new Attempts();
            }
            tried.add(lease.endpoint().id());
            world.measured().retried();
            attempt();
        } else {
            world.measured().failed();
        }
    }
}
