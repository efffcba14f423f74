package dev.penstock.balancer;

import dev.penstock.request.Request;

/** A balancer applied to the candidates of one snapshot. Thread-safe, lock-free, without allocation. */
@FunctionalInterface
public interface Picker {
    /**
     * Picks one of the candidates it was made for; one that the request has not tried yet while there is one.
     *
     * @param request what is to be sent
     * @return never null
     */
    Candidate pick(Request request);
}
