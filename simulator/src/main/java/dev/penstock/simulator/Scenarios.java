package dev.penstock.simulator;

import dev.penstock.catalog.HealthSpec;
import dev.penstock.catalog.SlowStart;
import dev.penstock.limit.Limits;
import dev.penstock.retry.RetrySpec;
import dev.penstock.simulator.Scenario.Fleet;
import dev.penstock.simulator.Scenario.Traffic;
import dev.penstock.text.Suggestion;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** The standard scenarios, by which balancers are compared. */
public final class Scenarios {
    private static final Duration SERVICE = Duration.ofMillis(10);
    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final Duration LENGTH = Duration.ofSeconds(60);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int CLIENTS = 10_000;

    private Scenarios() {}

    /**
     * All of them.
     *
     * @return in the order of the scorecard
     */
    public static List<Scenario> all() {
        return List.of(
                even(),
                independentGateways(),
                slowHosts(),
                fastFailing(),
                ejection(),
                rollingDeploy(),
                slowStart(),
                zoneLoss(),
                flashCrowd(),
                overload(),
                zones(),
                tiers(),
                manyGateways(),
                sessions());
    }

    /**
     * The standard scenario of a name.
     *
     * @param name see {@link Scenario#name()}
     * @return the scenario
     * @throws IllegalArgumentException if there is none
     */
    public static Scenario named(String name) {
        return all().stream()
                .filter(scenario -> scenario.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("scenario: "
                        + Suggestion.unknown(
                                name, all().stream().map(Scenario::name).toList())));
    }

    /**
     * One gateway, 50 equal endpoints of one worker, 70 % busy.
     *
     * @return {@code even}
     */
    public static Scenario even() {
        return scenario("even", "50 equal endpoints at 70 %, one gateway", new Fleet(1, 50, 1, SERVICE), 0.7);
    }

    /**
     * The same with 20 gateways that know nothing of each other.
     *
     * @return {@code gateways}
     */
    public static Scenario independentGateways() {
        return scenario("gateways", "the same behind 20 independent gateways", new Fleet(20, 50, 1, SERVICE), 0.7);
    }

    /**
     * A tenth of the endpoints works ten times slower.
     *
     * @return {@code slow-hosts}
     */
    public static Scenario slowHosts() {
        Scenario scenario = scenario(
                "slow-hosts", "5 of 50 endpoints ten times slower, 20 gateways", new Fleet(20, 50, 1, SERVICE), 0.6);
        return each(scenario, Duration.ZERO, 5, 10, (world, i) -> world.speed(i, 0.1));
    }

    /**
     * One endpoint of ten answers errors, in a tenth of the time.
     *
     * @return {@code fast-failing}
     */
    public static Scenario fastFailing() {
        Scenario scenario = scenario(
                "fast-failing", "1 of 10 endpoints answers errors within 1 ms", new Fleet(1, 10, 8, SERVICE), 0.25);
        return scenario.with(Duration.ZERO, world -> world.fail(0, 1, Duration.ofMillis(1)));
    }

    /**
     * The same with outlier detection.
     *
     * @return {@code ejection}
     */
    public static Scenario ejection() {
        return fastFailing()
                .named("ejection", "the same with outlier detection, as it is by default")
                .withHealth(HealthSpec.defaults());
    }

    /**
     * Each of 20 endpoints is replaced: its source drops it, it goes down five seconds later, and comes back.
     *
     * @return {@code rolling-deploy}
     */
    public static Scenario rollingDeploy() {
        Scenario scenario = scenario(
                "rolling-deploy", "20 endpoints are replaced one after the other", new Fleet(4, 20, 4, SERVICE), 0.6);
        for (int i = 0; i < 20; i++) {
            int endpoint = i;
            Duration at = WARM_UP.plusMillis(2_500L * i);
            scenario = scenario.with(at, world -> world.present(endpoint, false))
                    .with(at.plusSeconds(1), world -> world.down(endpoint, true))
                    .with(at.plusSeconds(4), world -> world.down(endpoint, false))
                    .with(at.plusMillis(4_500), world -> world.present(endpoint, true));
        }
        return scenario;
    }

    /**
     * The same with endpoints that are cold: three times slower for five seconds after they come back, in which their
     * weight grows.
     *
     * @return {@code slow-start}
     */
    public static Scenario slowStart() {
        return coldDeploy()
                .named("slow-start", "the same, cold for 5 s after coming back, with a slow start of 5 s")
                .withHealth(Scenario.UNWATCHED.withSlowStart(new SlowStart(Duration.ofSeconds(5), 1, Duration.ZERO)));
    }

    /** The rolling deploy with endpoints that come back cold. */
    static Scenario coldDeploy() {
        Scenario scenario = rollingDeploy();
        for (int i = 0; i < 20; i++) {
            int endpoint = i;
            Duration back = WARM_UP.plusMillis(2_500L * i + 4_500);
            scenario = scenario.with(back, world -> world.speed(endpoint, 1.0 / 3))
                    .with(back.plusSeconds(5), world -> world.speed(endpoint, 1));
        }
        return scenario;
    }

    /**
     * A third of the endpoints goes down at once for ten seconds; their source does not notice.
     *
     * @return {@code zone-loss}
     */
    public static Scenario zoneLoss() {
        Scenario scenario = scenario(
                "zone-loss", "10 of 30 endpoints refuse connections for 10 s", new Fleet(4, 30, 4, SERVICE), 0.5);
        Duration at = WARM_UP.plusSeconds(20);
        scenario = each(scenario, at, 10, 3, (world, i) -> world.down(i, true));
        return each(scenario, at.plusSeconds(10), 10, 3, (world, i) -> world.down(i, false));
    }

    /**
     * Three times the traffic for ten seconds.
     *
     * @return {@code flash-crowd}
     */
    public static Scenario flashCrowd() {
        Scenario scenario =
                scenario("flash-crowd", "from 30 % to 90 % of capacity for 10 s", new Fleet(4, 30, 4, SERVICE), 0.3);
        double normal = scenario.traffic().requestsPerSecond();
        Duration at = WARM_UP.plusSeconds(20);
        return scenario.with(at, world -> world.traffic(3 * normal))
                .with(at.plusSeconds(10), world -> world.traffic(normal));
    }

    /**
     * Twice the traffic that the endpoints stand, all the time, with limits and shedding.
     *
     * @return {@code overload}
     */
    public static Scenario overload() {
        return scenario(
                        "overload",
                        "200 % of capacity, 5 requests per endpoint of 4 workers, waits above 20 ms shed",
                        new Fleet(1, 10, 4, SERVICE),
                        2)
                .withLimits(Limits.defaults().withPerEndpoint(5).withShed(Duration.ofMillis(20)));
    }

    /**
     * Three zones, of which one goes down for ten seconds; a source that notices nothing, and outlier detection that does.
     *
     * @return {@code zones}
     */
    public static Scenario zones() {
        Scenario scenario = scenario(
                        "zones",
                        "3 zones of 2 gateways and 10 endpoints each; those of one zone refuse connections for 10 s",
                        new Fleet(6, 30, 4, SERVICE).withZones(3),
                        0.5)
                .withHealth(HealthSpec.defaults());
        Duration at = WARM_UP.plusSeconds(10);
        scenario = each(scenario, at, 10, 3, (world, i) -> world.down(i, true));
        return each(scenario, at.plusSeconds(10), 10, 3, (world, i) -> world.down(i, false));
    }

    /**
     * Endpoints and spare ones for them; half of the first go down for ten seconds, and what is left of them cannot bear all.
     *
     * @return {@code tiers}
     */
    public static Scenario tiers() {
        Scenario scenario = scenario(
                        "tiers",
                        "20 endpoints at 60 % and 10 spare ones; 10 of the 20 refuse connections for 10 s",
                        new Fleet(4, 30, 4, SERVICE).withSpare(10),
                        0.4)
                .withHealth(HealthSpec.defaults());
        Duration at = WARM_UP.plusSeconds(10);
        scenario = each(scenario, at, 10, 2, (world, i) -> world.down(i, true));
        return each(scenario, at.plusSeconds(10), 10, 2, (world, i) -> world.down(i, false));
    }

    /**
     * So many gateways that connections of each to each endpoint cost something.
     *
     * @return {@code many-gateways}
     */
    public static Scenario manyGateways() {
        return scenario(
                "many-gateways", "60 endpoints at 60 %, 60 independent gateways", new Fleet(60, 60, 1, SERVICE), 0.6);
    }

    /**
     * Clients that keep cookies; two of 20 endpoints leave for ten seconds, and come back.
     *
     * @return {@code sessions}
     */
    public static Scenario sessions() {
        Scenario scenario = scenario(
                "sessions",
                "20 endpoints at 60 %, 4 gateways, clients with cookies; 2 endpoints leave for 10 s",
                new Fleet(4, 20, 4, SERVICE),
                0.6);
        Traffic traffic = scenario.traffic();
        Duration at = WARM_UP.plusSeconds(10);
        scenario = scenario.withTraffic(traffic.withCookies());
        scenario = each(scenario, at, 2, 10, (world, i) -> world.present(i, false));
        return each(scenario, at.plusSeconds(10), 2, 10, (world, i) -> world.present(i, true));
    }

    private static Scenario scenario(String name, String description, Fleet fleet, double busy) {
        var traffic = new Traffic(busy * fleet.capacity(), retry(), TIMEOUT, CLIENTS);
        return new Scenario(name, description, fleet, traffic, WARM_UP, LENGTH, List.of());
    }

    /** The defaults, and an error of an endpoint is followed by another attempt. */
    static RetrySpec retry() {
        RetrySpec defaults = RetrySpec.defaults();
        return defaults.withWhen(defaults.when().withStatuses(503));
    }

    /** Has the same happen to so many endpoints, each so many apart from the one before. */
    private static Scenario each(Scenario scenario, Duration at, int count, int apart, EndpointChange change) {
        Consumer<World> all = world -> {
            for (int i = 0; i < count; i++) {
                change.at(world, i * apart);
            }
        };
        return scenario.with(at, all);
    }

    @FunctionalInterface
    private interface EndpointChange {
        void at(World world, int endpoint);
    }
}
