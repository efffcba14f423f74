package dev.penstock.gateway;

import dev.penstock.balancer.Balancer;
import dev.penstock.balancer.BalancerFactory;
import dev.penstock.balancer.BalancerSettings;

/** A rule of a third party: always the last endpoint. Found on the class path by its services. */
public final class LastBalancer implements BalancerFactory {
    /** For the services. */
    public LastBalancer() {}

    @Override
    public String name() {
        return "last";
    }

    @Override
    public Balancer create(BalancerSettings settings) {
        return (candidates, context) -> {
            var last = candidates.eligible().get(candidates.eligible().size() - 1);
            return request -> last;
        };
    }
}
