package dev.penstock;

import dev.penstock.observe.Observer;
import dev.penstock.observe.PlugInFaults;
import dev.penstock.request.Request;
import dev.penstock.route.Router;
import dev.penstock.route.Routing;
import dev.penstock.service.Reason;
import dev.penstock.service.Refusal;
import dev.penstock.time.Ticker;
import org.jspecify.annotations.Nullable;

/** A router of a third party; where it throws or returns null the request is rejected, and nothing else. Thread-safe. */
final class ContainedRouter implements Router {
    private static final Routing FAILED = new Routing.Reject(503, "router_failed");

    private final Router router;
    private final PlugInFaults faults;

    ContainedRouter(Router router, Ticker ticker, Observer observer) {
        this.router = router;
        this.faults = new PlugInFaults("router " + router.getClass().getName(), ticker, observer);
    }

    @Override
    public Routing route(Request request) {
        try {
            Routing routing = router.route(request);
            if (routing != null) {
                return routing;
            }
            faults.report("returned null", null);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            faults.report("threw", e);
        }
        return FAILED;
    }

    /**
     * What {@link #route} would give and, if that is because of a fault, what Penstock would refuse the request with;
     * nothing is counted or told.
     */
    Foreseen foresee(Request request) {
        try {
            Routing routing = router.route(request);
            return routing != null ? new Foreseen(routing, null) : failed("returned null");
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            return failed("threw " + e);
        }
    }

    private static Foreseen failed(String problem) {
        return new Foreseen(FAILED, new Refusal(Reason.REJECTED, "the router failed: " + problem));
    }

    /** What the router would say, and its fault if it has one. */
    record Foreseen(Routing routing, @Nullable Refusal fault) {}
}
