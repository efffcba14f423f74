package dev.penstock.runtime;

import dev.penstock.observe.Event;
import dev.penstock.observe.Observer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log, at level debug, what happens on the control path: a line for each event. Thread-safe. */
final class EventLog implements Observer {
    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);

    @Override
    public void on(Event event) {
        if (LOG.isDebugEnabled()) {
            LOG.debug(line(event));
        }
    }

    static String line(Event event) {
        if (event instanceof Event.CatalogApplied applied) {
            return applied.source() + ": applied: added " + ChangeLog.named(applied.added()) + "; removed "
                    + ChangeLog.named(applied.removed()) + "; changed " + ChangeLog.named(applied.changed());
        }
        if (event instanceof Event.ListenerChanged changed) {
            return "listener " + changed.listener() + ": " + changed.address() + (changed.open() ? " open" : " closed")
                    + because(changed.problem());
        }
        if (event instanceof Event.PlugInFailed failed) {
            return failed.plugIn() + ": " + failed.problem();
        }
        String ofService = service(event);
        return ofService.isEmpty() ? endpoint(event) : ofService;
    }

    private static String service(Event event) {
        if (event instanceof Event.EndpointsChanged changed) {
            return "service " + changed.service() + ": endpoints: "
                    + changed.added().size() + " added, " + changed.removed().size() + " removed, "
                    + changed.changed().size() + " changed";
        }
        if (event instanceof Event.SourceChanged changed) {
            return "service " + changed.service() + ": source: " + changed.from() + " -> " + changed.to()
                    + because(changed.problem());
        }
        if (event instanceof Event.PanicChanged changed) {
            return "service " + changed.service() + ": " + (changed.panic() ? "uses all endpoints: " : "calm again: ")
                    + changed.healthy() + " of " + changed.members() + " are healthy";
        }
        if (event instanceof Event.RetryBudgetChanged changed) {
            return "service " + changed.service() + ": the budget of retries is "
                    + (changed.spent() ? "spent" : "free again");
        }
        return "";
    }

    private static String endpoint(Event event) {
        if (event instanceof Event.HealthChanged changed) {
            return of(changed.service().value(), changed.endpoint().id())
                    + (changed.healthy() ? "up" : "down")
                    + because(changed.evidence());
        }
        if (event instanceof Event.EndpointEjected ejected) {
            return of(ejected.service().value(), ejected.endpoint().id()) + "ejected for " + ejected.length()
                    + because(ejected.why());
        }
        if (event instanceof Event.EndpointReadmitted readmitted) {
            return of(readmitted.service().value(), readmitted.endpoint().id()) + "readmitted";
        }
        if (event instanceof Event.CircuitChanged changed) {
            return of(changed.service().value(), changed.endpoint()) + "circuit "
                    + (changed.open() ? "open" : "closed");
        }
        return event.toString();
    }

    private static String of(String service, String endpoint) {
        return "service " + service + ": " + (endpoint.isEmpty() ? "" : "endpoint " + endpoint + ": ");
    }

    private static String because(String why) {
        return why.isEmpty() ? "" : ": " + why;
    }
}
