package dev.penstock.testkit;

import dev.penstock.balancer.Balancer;
import dev.penstock.balancer.BalancerRegistry;
import org.junit.jupiter.api.Nested;

/** The real service, under the contract that is published, with several of core's own balancers. */
class ServiceContractTest {
    private static Balancer builtIn(String name) {
        return BalancerRegistry.builtIn().balancer(name);
    }

    @Nested
    class RoundRobin extends ServiceContract {
        @Override
        protected Balancer balancer() {
            return builtIn("round_robin");
        }
    }

    @Nested
    class WeightedRoundRobin extends ServiceContract {
        @Override
        protected Balancer balancer() {
            return builtIn("weighted_round_robin");
        }
    }

    @Nested
    class LeastRequests extends ServiceContract {
        @Override
        protected Balancer balancer() {
            return builtIn("least_requests");
        }
    }

    @Nested
    class PowerOfTwo extends ServiceContract {
        @Override
        protected Balancer balancer() {
            return builtIn("p2c");
        }
    }

    @Nested
    class First extends ServiceContract {
        @Override
        protected Balancer balancer() {
            return builtIn("first");
        }
    }
}
