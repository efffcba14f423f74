package dev.penstock.route;

import dev.penstock.request.Request;

/** Decides which service a request belongs to. Thread-safe, lock-free. */
@FunctionalInterface
public interface Router {
    /**
     * Routes a request.
     *
     * @param request what came in
     * @return never null
     */
    Routing route(Request request);
}
