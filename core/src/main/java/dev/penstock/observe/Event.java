package dev.penstock.observe;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import java.time.Duration;
import java.util.List;

/** Something that happened on the control path. Immutable. */
public sealed interface Event {
    /**
     * The endpoints of a service changed.
     *
     * @param service whose
     * @param added new by id
     * @param removed gone by id
     * @param changed kept by id, with another address, weight, priority, zone, phase or metadata; as they are now
     */
    record EndpointsChanged(ServiceName service, List<Endpoint> added, List<Endpoint> removed, List<Endpoint> changed)
            implements Event {
        /** Copies the lists. */
        public EndpointsChanged {
            added = List.copyOf(added);
            removed = List.copyOf(removed);
            changed = List.copyOf(changed);
        }
    }

    /**
     * What a source of a service says went from one kind of state to another.
     *
     * @param service whose
     * @param from the kind before, as in {@code Ready}
     * @param to the kind now, as in {@code Stale}
     * @param problem one sentence; empty if all is well
     */
    record SourceChanged(ServiceName service, String from, String to, String problem) implements Event {}

    /**
     * Retries have had their share of a service's traffic, or have not any more.
     *
     * @param service whose
     * @param spent true at the first retry that was not made; false when none was missed for ten seconds
     */
    record RetryBudgetChanged(ServiceName service, boolean spent) implements Event {}

    /**
     * Active checks say something else of an endpoint than before.
     *
     * @param service whose
     * @param endpoint which
     * @param healthy what they say now
     * @param evidence what the last check saw
     */
    record HealthChanged(ServiceName service, Endpoint endpoint, boolean healthy, String evidence) implements Event {}

    /**
     * An endpoint gets no requests for a while, because of its failures.
     *
     * @param service whose
     * @param endpoint which
     * @param why the evidence
     * @param length how long
     */
    record EndpointEjected(ServiceName service, Endpoint endpoint, String why, Duration length) implements Event {}

    /**
     * An endpoint that was ejected gets requests again.
     *
     * @param service whose
     * @param endpoint which
     */
    record EndpointReadmitted(ServiceName service, Endpoint endpoint) implements Event {}

    /**
     * A service begins, or ceases, to use all endpoints because too few are healthy.
     *
     * @param service which
     * @param panic whether it uses all
     * @param healthy endpoints that are
     * @param members endpoints that might serve
     */
    record PanicChanged(ServiceName service, boolean panic, int healthy, int members) implements Event {}

    /**
     * A plug-in threw, blocked or returned null; what it was asked for was done without it.
     *
     * @param plugIn its name
     * @param problem one sentence
     */
    record PlugInFailed(String plugIn, String problem) implements Event {}

    /**
     * A set of definitions was applied.
     *
     * @param source the catalog
     * @param added names of what is new, as in {@code service orders}
     * @param removed names of what is gone
     * @param changed names of what is different
     */
    record CatalogApplied(String source, List<String> added, List<String> removed, List<String> changed)
            implements Event {
        /** Copies the lists. */
        public CatalogApplied {
            added = List.copyOf(added);
            removed = List.copyOf(removed);
            changed = List.copyOf(changed);
        }
    }

    /**
     * A listener takes clients from now on, takes none any more, or cannot be bound.
     *
     * @param listener its name
     * @param address where it is bound, or is to be, as in {@code 127.0.0.1:8080}
     * @param open whether it takes clients
     * @param problem why it cannot be bound, one sentence; empty where it is open, or was closed because nobody defines it
     */
    record ListenerChanged(String listener, String address, boolean open, String problem) implements Event {}

    /**
     * A circuit breaker opened or closed.
     *
     * @param service whose
     * @param endpoint the id of the endpoint that it stands before; empty where it stands before the service
     * @param open whether it refuses requests from now on
     */
    record CircuitChanged(ServiceName service, String endpoint, boolean open) implements Event {}
}
