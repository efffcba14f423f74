package dev.penstock.service;

import dev.penstock.balancer.Candidate;
import dev.penstock.balancer.Picker;
import dev.penstock.balancer.Rehearsal;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.load.Load;
import dev.penstock.request.Request;
import dev.penstock.shadow.ShadowPicker;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds out what a service would give a request, and changes nothing. Thread-safe. */
final class Forecast {
    private final Service service;
    private final Admission admission;
    private final ServiceControl control;

    Forecast(Service service, Admission admission, ServiceControl control) {
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

    /** How it would come to that, and what would follow; what the rule does wrong is a remark. */
    Outlook outlook(Request request) {
        var retrying = Outlook.Retrying.of(service.spec().retry(), service.retries(), request.method());
        Rehearsal rehearsal = service.snapshot().rehearsal();
        if (rehearsal == null) {
            return new Outlook(List.of(), List.of(), List.of(), retrying, null);
        }
        List<Outlook.Score> sampled = new ArrayList<>();
        List<String> remarks = new ArrayList<>();
        List<Endpoint> attempts = new ArrayList<>();
        try {
            rehearsal.sampled(request).forEach(candidate -> sampled.add(score(candidate)));
            remarks.addAll(rehearsal.picker().remarks(request));
            attempts.addAll(attempts(rehearsal.picker(), request, retrying.attempts(), remarks));
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            remarks.add("the balancer failed: threw " + e);
        }
        return new Outlook(sampled, remarks, attempts, retrying, shadow(request, remarks));
    }

    private static Outlook.Score score(Candidate candidate) {
        Load load = candidate.load();
        return new Outlook.Score(
                candidate.endpoint().id(),
                candidate.weight(),
                load.inFlight(),
                load.handicap() + load.slowness(),
                load.costNanos());
    }

    private List<Endpoint> attempts(Picker picker, Request request, int most, List<String> remarks) {
        List<Endpoint> attempts = new ArrayList<>();
        Set<String> passed = new HashSet<>();
        Request asked = request;
        while (attempts.size() < most
                && picker.pick(asked) instanceof LiveCandidate live
                && live.belongsTo(service)
                && passed.add(live.endpoint().id())) {
            if (admission.takes(live)) {
                attempts.add(live.endpoint());
            } else {
                remarks.add(live.endpoint().id() + " takes no more at the moment and is passed over");
            }
            asked = new Detour(request, passed, Set.of(), null).request();
        }
        return attempts;
    }

    private @Nullable Endpoint shadow(Request request, List<String> remarks) {
        ShadowPicker shadow = service.shadows().picker();
        try {
            Candidate foreseen = shadow == null ? null : shadow.foresee(request);
            return foreseen == null ? null : foreseen.endpoint();
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            remarks.add("the shadow failed: threw " + e);
            return null;
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
