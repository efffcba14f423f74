package dev.penstock.service;

import dev.penstock.endpoint.ServiceName;
import dev.penstock.limit.CircuitBreaker;
import dev.penstock.limit.CircuitBreaker.Pass;
import dev.penstock.limit.CircuitBreaker.Phase;
import dev.penstock.load.Outcome;
import dev.penstock.observe.Event;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the passes of a service's circuit breakers back, and tells of those that open and close. Thread-safe. */
final class Circuits {
    private static final Logger LOG = LoggerFactory.getLogger(Circuits.class);

    private final ServiceName name;
    private final ServiceContext context;

    Circuits(ServiceName name, ServiceContext context) {
        this.name = name;
        this.context = context;
    }

    /** A request that had a pass is over; the endpoint is empty for the breaker of the service itself. */
    void ended(CircuitBreaker breaker, Pass pass, Outcome outcome, String endpoint) {
        if (outcome == Outcome.CANCELLED) {
            breaker.cancelled(pass);
        } else if (breaker.ended(pass, outcome.failed(), context.ticker().nanos())) {
            tell(breaker, endpoint);
        }
    }

    private void tell(CircuitBreaker breaker, String endpoint) {
        boolean open = breaker.phase() != Phase.CLOSED;
        String whose = endpoint.isEmpty() ? "" : ", endpoint " + endpoint;
        if (open) {
            LOG.warn(
                    "service {}{}: circuit breaker open for {}: too many requests failed",
                    name,
                    whose,
                    breaker.settings().open());
        } else {
            LOG.info("service {}{}: circuit breaker closed", name, whose);
        }
        context.observer().on(new Event.CircuitChanged(name, endpoint, open));
    }
}
