package dev.penstock.simulator;

import dev.penstock.balancer.Balancer;
import dev.penstock.balancer.BalancerRegistry;

/**
 * Runs a scenario in virtual time: production services, balancers and leases against modelled endpoints.
 *
 * <p>One thread, no clock and no chance but the seed's: a report can be repeated exactly.
 */
public final class Simulation {
    private Simulation() {}

    /**
     * Runs a scenario with a balancer that configurations know.
     *
     * @param scenario what happens
     * @param balancer as configurations say it, see {@link BalancerRegistry#balancer(String)}
     * @param seed of all chance
     * @return how it did
     * @throws IllegalArgumentException if there is no such balancer
     */
    public static Report run(Scenario scenario, String balancer, long seed) {
        return run(scenario, balancer, BalancerRegistry.defaults().balancer(balancer), seed);
    }

    /**
     * Runs a scenario with a balancer of one's own.
     *
     * @param scenario what happens
     * @param name of the balancer in the report
     * @param balancer the rule
     * @param seed of all chance
     * @return how it did
     */
    public static Report run(Scenario scenario, String name, Balancer balancer, long seed) {
        try (var world = new World(scenario, balancer, seed)) {
            return world.run().report(name, seed);
        }
    }
}
