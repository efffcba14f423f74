package dev.penstock.simulator;

import dev.penstock.balancer.Balancer;
import dev.penstock.balancer.BalancerRegistry;
import dev.penstock.endpoint.Zone;

/**
 * Runs a scenario in virtual time: production services, balancers and leases against modelled endpoints.
 *
 * <p>One thread, no clock and no chance but the seed's: a report can be repeated exactly.
 */
public final class Simulation {
    /** Stands in the text of a balancer for the zone of the gateway that has it. */
    public static final String ZONE = "{zone}";

    private Simulation() {}

    /**
     * Runs a scenario with a balancer that configurations know.
     *
     * @param scenario what happens
     * @param balancer as configurations say it, see {@link BalancerRegistry#balancer(String)}; {@value #ZONE} stands for the
     *     zone of each gateway
     * @param seed of all chance
     * @return how it did
     * @throws IllegalArgumentException if there is no such balancer
     */
    public static Report run(Scenario scenario, String balancer, long seed) {
        BalancerRegistry known =
                BalancerRegistry.defaults(); // one for all, so that they understand each other's cookies
        try (var world = new World(scenario, zone -> known.balancer(in(zone, balancer)), seed)) {
            return world.run().report(balancer, seed);
        }
    }

    /**
     * A balancer as a gateway of a zone has it.
     *
     * @param zone of the gateway
     * @param balancer see {@link #run(Scenario, String, long)}
     * @return as configurations say it
     */
    public static String in(Zone zone, String balancer) {
        return balancer.replace(ZONE, zone.equals(Zone.UNKNOWN) ? "none" : zone.name());
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
        try (var world = new World(scenario, any -> balancer, seed)) {
            return world.run().report(name, seed);
        }
    }
}
