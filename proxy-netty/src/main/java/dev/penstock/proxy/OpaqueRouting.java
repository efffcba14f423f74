package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import dev.penstock.Table;
import dev.penstock.middleware.Passage;
import dev.penstock.middleware.RouteGate;
import dev.penstock.middleware.Verdict;
import dev.penstock.route.Routing;
import dev.penstock.service.Service;
import org.jspecify.annotations.Nullable;

/**
 * What comes of routing a connection or a flow of datagrams: the services that it may go to, or why it goes nowhere. Confined
 * to the event loop of its client.
 */
final class OpaqueRouting {
    private final @Nullable Passage passage;
    private final @Nullable ServiceChain services;
    private final @Nullable ClientRefusal refusal;

    private OpaqueRouting(@Nullable Passage passage, @Nullable ServiceChain services, @Nullable ClientRefusal refusal) {
        this.passage = passage;
        this.services = services;
        this.refusal = refusal;
    }

    /** Routes it and has it pass the middleware of its route. */
    static OpaqueRouting of(OpaqueRequest request, Table table, ExchangeLog log) {
        if (!(table.route(request) instanceof Routing.To to)) {
            return new OpaqueRouting(null, null, ClientRefusal.NO_ROUTE);
        }
        log.meant(to.route().service());
        RouteGate gate = table.gate(to);
        Passage passage = gate == null ? null : gate.enter(request, request.scheme());
        if (passage != null && passage.go() != Verdict.PASS) {
            return new OpaqueRouting(passage, null, ClientRefusal.MIDDLEWARE);
        }
        Service first = table.nextService(to);
        return first == null
                ? new OpaqueRouting(passage, null, ClientRefusal.NO_ENDPOINT)
                : new OpaqueRouting(passage, new ServiceChain(table, first), null);
    }

    /** Why it goes nowhere; null if it may go somewhere. */
    @Nullable
    ClientRefusal refusal() {
        return refusal;
    }

    /** The services that it may go to, if it may. */
    ServiceChain services() {
        return requireNonNull(services, "services");
    }

    /** It has ended: what the middleware of its route holds for it is free. */
    void end() {
        if (passage != null) {
            passage.end();
        }
    }
}
