package dev.penstock.examples;

import dev.penstock.balancer.Balancer;
import dev.penstock.balancer.BalancerFactory;
import dev.penstock.balancer.BalancerSettings;
import dev.penstock.balancer.Candidate;
import java.util.List;

/**
 * A rule of one's own: requests of one client go to one endpoint, as long as the endpoints stay the same. Registered by
 * {@code Penstock.builder().balancer(new OwnBalancer())}, or found by {@link java.util.ServiceLoader}; services choose it by
 * its name.
 */
public final class OwnBalancer implements BalancerFactory {
    @Override
    public String name() {
        return "by_client";
    }

    @Override
    public Balancer create(BalancerSettings settings) {
        return (candidates, context) -> {
            List<Candidate> all = candidates.eligible();
            return request -> {
                int first = Math.floorMod(request.client().hashCode(), all.size());
                for (int i = 0; i < all.size(); i++) {
                    Candidate candidate = all.get((first + i) % all.size());
                    if (!request.tried().contains(candidate.endpoint().id())) {
                        return candidate;
                    }
                }
                return all.get(first);
            };
        };
    }
}
