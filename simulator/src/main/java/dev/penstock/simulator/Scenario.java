package dev.penstock.simulator;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.HealthSpec;
import dev.penstock.endpoint.Zone;
import dev.penstock.limit.Limits;
import dev.penstock.outlier.OutlierSpec;
import dev.penstock.retry.RetrySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What is simulated: gateways, endpoints, traffic, and what goes wrong when. Immutable.
 *
 * @param name lower case letters, digits and dashes
 * @param description one line for a person
 * @param fleet who is there
 * @param traffic what they have to do
 * @param warmUp time before anything is measured, {@code >= 0}
 * @param length time that is measured, {@code > 0}
 * @param changes what happens when, in any order
 * @param health how the gateways judge their endpoints
 * @param limits of the service at each gateway
 */
public record Scenario(
        String name,
        String description,
        Fleet fleet,
        Traffic traffic,
        Duration warmUp,
        Duration length,
        List<Change> changes,
        HealthSpec health,
        Limits limits) {
    /** Endpoints are judged by the balancer alone. */
    public static final HealthSpec UNWATCHED = HealthSpec.defaults().withOutliers(OutlierSpec.OFF);

    private static final int MOST_ZONES = 26;

    /**
     * Who is there.
     *
     * @param gateways that know nothing of each other, {@code >= 1}
     * @param endpoints of one service, {@code >= 1}
     * @param workers of each endpoint: requests that it works on at the same time, {@code >= 1}; others wait in its queue
     * @param service the mean time that a worker takes for a request
     * @param steadiness the part of it that each request takes, {@code 0..1}; the rest is exponential
     * @param zones named a, b, c and so on, {@code 1..26}: the i-th gateway and the i-th endpoint stand in the i-th, round and
     *     round
     * @param spare how many endpoints, the last ones, are of priority 1, {@code 0..endpoints-1}
     */
    public record Fleet(
            int gateways, int endpoints, int workers, Duration service, double steadiness, int zones, int spare) {
        /** Checks the ranges. */
        public Fleet {
            atLeast1("gateways", gateways);
            atLeast1("endpoints", endpoints);
            atLeast1("workers", workers);
            positive("service", service);
            if (!(steadiness >= 0 && steadiness <= 1)) {
                throw new IllegalArgumentException("steadiness: " + steadiness + " (expected: 0..1)");
            }
            if (zones < 1 || zones > MOST_ZONES) {
                throw new IllegalArgumentException("zones: " + zones + " (expected: 1.." + MOST_ZONES + ")");
            }
            if (spare < 0 || spare >= endpoints) {
                throw new IllegalArgumentException("spare: " + spare + " (expected: 0.." + (endpoints - 1) + ")");
            }
        }

        /**
         * Endpoints of one zone and one priority.
         *
         * @param gateways see {@link #gateways()}
         * @param endpoints see {@link #endpoints()}
         * @param workers see {@link #workers()}
         * @param service see {@link #service()}
         * @param steadiness see {@link #steadiness()}
         */
        public Fleet(int gateways, int endpoints, int workers, Duration service, double steadiness) {
            this(gateways, endpoints, workers, service, steadiness, 1, 0);
        }

        /**
         * Endpoints whose times are exponential, the most usual assumption.
         *
         * @param gateways see {@link #gateways()}
         * @param endpoints see {@link #endpoints()}
         * @param workers see {@link #workers()}
         * @param service see {@link #service()}
         */
        public Fleet(int gateways, int endpoints, int workers, Duration service) {
            this(gateways, endpoints, workers, service, 0);
        }

        /**
         * The same in zones.
         *
         * @param zones see {@link #zones()}
         * @return a copy
         */
        public Fleet withZones(int zones) {
            return new Fleet(gateways, endpoints, workers, service, steadiness, zones, spare);
        }

        /**
         * The same with spare endpoints.
         *
         * @param spare see {@link #spare()}
         * @return a copy
         */
        public Fleet withSpare(int spare) {
            return new Fleet(gateways, endpoints, workers, service, steadiness, zones, spare);
        }

        /** The zone of a gateway or endpoint. */
        Zone zone(int number) {
            return zones == 1 ? Zone.UNKNOWN : new Zone(String.valueOf((char) ('a' + number % zones)));
        }

        /**
         * What the endpoints can do at most.
         *
         * @return requests per second
         */
        public double capacity() {
            return (double) endpoints * workers * 1e9 / service.toNanos();
        }
    }

    /**
     * What they have to do.
     *
     * @param requestsPerSecond over all gateways, Poisson arrivals, {@code > 0}
     * @param retry how requests that failed are repeated; an error of an endpoint is an answer of status 503
     * @param timeout of an attempt
     * @param clients told apart by their address, {@code >= 1}
     * @param cookies whether clients send back the cookie by which they come to the same endpoint again
     */
    public record Traffic(double requestsPerSecond, RetrySpec retry, Duration timeout, int clients, boolean cookies) {
        /** Checks the ranges. */
        public Traffic {
            if (!(requestsPerSecond > 0)) {
                throw new IllegalArgumentException(
                        "requestsPerSecond: " + requestsPerSecond + " (expected: more than 0)");
            }
            requireNonNull(retry, "retry");
            positive("timeout", timeout);
            atLeast1("clients", clients);
        }

        /**
         * Clients that keep no cookie.
         *
         * @param requestsPerSecond see {@link #requestsPerSecond()}
         * @param retry see {@link #retry()}
         * @param timeout see {@link #timeout()}
         * @param clients see {@link #clients()}
         */
        public Traffic(double requestsPerSecond, RetrySpec retry, Duration timeout, int clients) {
            this(requestsPerSecond, retry, timeout, clients, false);
        }

        /**
         * The same with clients that keep cookies.
         *
         * @return a copy
         */
        public Traffic withCookies() {
            return new Traffic(requestsPerSecond, retry, timeout, clients, true);
        }
    }

    /**
     * Something that happens.
     *
     * @param at since the start, warm-up included
     * @param what is done to the world
     */
    public record Change(Duration at, Consumer<World> what) {
        /** Checks for null. */
        public Change {
            requireNonNull(at, "at");
            requireNonNull(what, "what");
        }
    }

    /** Checks the lengths, copies the list. */
    public Scenario {
        requireNonNull(name, "name");
        requireNonNull(description, "description");
        positive("length", length);
        if (warmUp.isNegative()) {
            throw new IllegalArgumentException("warmUp: " + warmUp + " (expected: 0 or more)");
        }
        changes = List.copyOf(changes);
        requireNonNull(health, "health");
        requireNonNull(limits, "limits");
    }

    /**
     * A scenario in which endpoints are judged by the balancer alone.
     *
     * @param name see {@link #name()}
     * @param description see {@link #description()}
     * @param fleet see {@link #fleet()}
     * @param traffic see {@link #traffic()}
     * @param warmUp see {@link #warmUp()}
     * @param length see {@link #length()}
     * @param changes see {@link #changes()}
     */
    public Scenario(
            String name,
            String description,
            Fleet fleet,
            Traffic traffic,
            Duration warmUp,
            Duration length,
            List<Change> changes) {
        this(name, description, fleet, traffic, warmUp, length, changes, UNWATCHED, Limits.defaults());
    }

    /**
     * The same under another name.
     *
     * @param name see {@link #name()}
     * @param description see {@link #description()}
     * @return a copy
     */
    public Scenario named(String name, String description) {
        return new Scenario(name, description, fleet, traffic, warmUp, length, changes, health, limits);
    }

    /**
     * The same with endpoints judged in another way.
     *
     * @param health how the gateways judge their endpoints; without active checks
     * @return a copy
     */
    public Scenario withHealth(HealthSpec health) {
        return new Scenario(name, description, fleet, traffic, warmUp, length, changes, health, limits);
    }

    /**
     * The same with other limits.
     *
     * @param limits see {@link #limits()}
     * @return a copy
     */
    public Scenario withLimits(Limits limits) {
        return new Scenario(name, description, fleet, traffic, warmUp, length, changes, health, limits);
    }

    /**
     * The same with one more change.
     *
     * @param at since the start, warm-up included
     * @param what is done to the world
     * @return a copy
     */
    public Scenario with(Duration at, Consumer<World> what) {
        List<Change> more = new ArrayList<>(changes);
        more.add(new Change(at, what));
        return new Scenario(name, description, fleet, traffic, warmUp, length, more, health, limits);
    }

    /**
     * The same, longer or shorter.
     *
     * @param length time that is measured
     * @return a copy
     */
    public Scenario withLength(Duration length) {
        return new Scenario(name, description, fleet, traffic, warmUp, length, changes, health, limits);
    }

    /**
     * The same with other traffic.
     *
     * @param traffic what they have to do
     * @return a copy
     */
    public Scenario withTraffic(Traffic traffic) {
        return new Scenario(name, description, fleet, traffic, warmUp, length, changes, health, limits);
    }

    private static void atLeast1(String what, int number) {
        if (number < 1) {
            throw new IllegalArgumentException(what + ": " + number + " (expected: 1 or more)");
        }
    }

    private static void positive(String what, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(what + ": " + duration + " (expected: more than 0)");
        }
    }
}
