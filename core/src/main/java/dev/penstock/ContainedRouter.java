package dev.penstock;

import dev.penstock.observe.Observer;
import dev.penstock.observe.PlugInFaults;
import dev.penstock.request.Request;
import dev.penstock.route.Router;
import dev.penstock.route.Routing;
import dev.penstock.time.Ticker;

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
}
