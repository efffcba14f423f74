package dev.penstock;

import dev.penstock.balancer.Balancer;
import dev.penstock.balancer.BalancerFactory;
import dev.penstock.balancer.Candidate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Stand-in. */
final class Rules {
    private final Map<String, BalancerFactory> factories = new HashMap<>();

    void register(BalancerFactory factory) {
        factories.put(factory.name(), factory);
    }

    Set<String> names() {
        return factories.keySet();
    }

    Supplier<Balancer> maker(String name) {
        BalancerFactory factory = factories.get(name);
        return factory != null
                ? factory::create
                : () -> (candidates, context) -> {
                    List<Candidate> all = candidates.eligible();
                    return request -> {
                        Candidate picked =
                                all.get((int) Math.floorMod(context.cursor().next(), (long) all.size()));
                        for (int i = 1;
                                i < all.size()
                                        && request.tried()
                                                .contains(picked.endpoint().id());
                                i++) {
                            picked =
                                    all.get((int) Math.floorMod(context.cursor().next(), (long) all.size()));
                        }
                        return picked;
                    };
                };
    }
}
