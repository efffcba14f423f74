package dev.penstock.service;

import dev.penstock.balancer.Candidate;
import dev.penstock.balancer.Rehearsal;
import dev.penstock.request.Request;

/** Finds out what a service would give a request, and changes nothing. Thread-safe. */
final class Foresight {
    private final Service service;
    private final Admission admission;
    private final ServiceControl control;

    Foresight(Service service, Admission admission, ServiceControl control) {
        this.service = service;
        this.admission = admission;
        this.control = control;
    }

    /** What {@link Service#acquire} would give now; what the balancer does wrong is said in the refusal. */
    Preview preview(Request request) {
        Snapshot seen = service.snapshot();
        Rehearsal rehearsal = seen.rehearsal();
        if (rehearsal == null || seen.picker() == null) {
            return new Preview(seen, null, seen.refusal());
        }
        Refusal stopped = admission.foreseen();
        if (stopped != null) {
            return new Preview(seen, null, stopped);
        }
        try {
            return pick(seen, rehearsal, request);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            return new Preview(seen, null, control.calls().foreseen("threw " + e));
        }
    }

    private Preview pick(Snapshot seen, Rehearsal rehearsal, Request request) {
        Candidate picked = rehearsal.picker().pick(request);
        if (picked instanceof LiveCandidate live && live.belongsTo(service) && !admission.takes(live)) {
            Detour detour = admission.detour(seen, request);
            if (detour.refusal() != null) {
                return new Preview(seen, null, detour.refusal());
            }
            picked = rehearsal.picker().pick(detour.request());
        }
        if (picked instanceof LiveCandidate live && live.belongsTo(service)) {
            return new Preview(seen, live.endpoint(), null);
        }
        return new Preview(seen, null, control.calls().foreseen("pick returned no candidate of the service"));
    }
}
