package dev.penstock.testkit;

import dev.penstock.balancer.Balancer;
import dev.penstock.balancer.BalancerRegistry;
import org.junit.jupiter.api.Nested;

/** The contract that is published, kept by the balancers that come with core. */
class BuiltInBalancersTest {
    /** The contract, for one that is known by a name. */
    abstract static class Named extends BalancerContract {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        protected Balancer balancer() {
            return BalancerRegistry.builtIn().balancer(name);
        }
    }

    @Nested
    class First extends Named {
        First() {
            super("first");
        }

        @Override
        protected boolean spreads() {
            return false;
        }
    }

    @Nested
    class RoundRobin extends Named {
        RoundRobin() {
            super("round_robin");
        }
    }

    @Nested
    class WeightedRoundRobin extends Named {
        WeightedRoundRobin() {
            super("weighted_round_robin");
        }
    }

    @Nested
    class Random extends Named {
        Random() {
            super("random");
        }
    }

    @Nested
    class Rendezvous extends Named {
        Rendezvous() {
            super("rendezvous(key=header:none)"); // requests without a key are spread, and that is what is asked
        }
    }

    @Nested
    class BoundedRendezvous extends Named {
        BoundedRendezvous() {
            super("rendezvous(key=header:none, bound=1.25)");
        }
    }

    @Nested
    class RingHash extends Named {
        RingHash() {
            super("ring_hash(key=header:none)");
        }

        @Override
        protected boolean spreads() {
            return false; // shares on a ring differ by more than the contract allows
        }
    }

    @Nested
    class Maglev extends Named {
        Maglev() {
            super("maglev(key=header:none, slots=10007)");
        }
    }

    @Nested
    class AffineMaglev extends Named {
        AffineMaglev() {
            super("maglev(key=path, slots=10007)");
        }

        @Override
        protected boolean spreads() {
            return false; // all requests of the contract have one path
        }
    }

    @Nested
    class WeightedRandom extends Named {
        WeightedRandom() {
            super("weighted_random");
        }
    }

    @Nested
    class LeastRequests extends Named {
        LeastRequests() {
            super("least_requests");
        }
    }

    @Nested
    class PowerOfTwo extends Named {
        PowerOfTwo() {
            super("p2c");
        }
    }

    @Nested
    class PowerOfTwoByLatency extends Named {
        PowerOfTwoByLatency() {
            super("p2c_ewma");
        }
    }

    @Nested
    class HotCold extends Named {
        HotCold() {
            super("hcl");
        }
    }

    @Nested
    class ReportedRoundRobin extends Named {
        ReportedRoundRobin() {
            super("weighted_round_robin(weights=reported)");
        }
    }

    @Nested
    class Sticky extends Named {
        Sticky() {
            super("sticky/p2c");
        }
    }

    @Nested
    class StickyByHeader extends Named {
        StickyByHeader() {
            super("sticky(by=header:none)/round_robin");
        }
    }

    @Nested
    class Priority extends Named {
        Priority() {
            super("priority/p2c");
        }
    }

    @Nested
    class ZoneAware extends Named {
        ZoneAware() {
            super("zone_aware(zone=a)/weighted_round_robin");
        }
    }

    @Nested
    class Subset extends Named {
        Subset() {
            super("subset(size=5)/round_robin");
        }
    }

    @Nested
    class StickyLast extends Named {
        StickyLast() {
            super("priority/zone_aware(zone=a)/sticky/p2c");
        }
    }

    @Nested
    class Chain extends Named {
        Chain() {
            super("sticky/priority/zone_aware(zone=a)/subset(size=5)/p2c_ewma");
        }
    }
}
