package dev.penstock.simulator;

import dev.penstock.balancer.Affinity;
import dev.penstock.balancer.Balancer;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.ManualDiscovery;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.endpoint.Zone;
import dev.penstock.request.PlainRequest;
import dev.penstock.resolve.HostResolver;
import dev.penstock.retry.RetrySpec;
import dev.penstock.service.ServiceContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A running simulation, as the changes of a scenario see it: they say what goes wrong with which endpoint. Confined to its
 * simulation.
 */
public final class World implements AutoCloseable {
    private static final ServiceName SERVICE = ServiceName.of("simulated");

    private final Scenario scenario;
    private final VirtualTime time = new VirtualTime();
    private final SeededChance arrivals;
    private final List<EndpointModel> models = new ArrayList<>();
    private final Map<String, EndpointModel> byId = new HashMap<>();
    private final boolean[] absent;
    private final List<GatewayModel> gateways = new ArrayList<>();
    private final List<PlainRequest> requests = new ArrayList<>();
    private final ManualDiscovery discovery;
    private final Measured measured;
    private final TimeLimit limit;
    private double requestsPerSecond;
    private long awakeNanos;

    World(Scenario scenario, Function<Zone, Balancer> balancer, long seed) {
        this.scenario = scenario;
        limit = new TimeLimit(time, scenario.traffic().timeout().toNanos());
        var chance = new SeededChance(seed);
        arrivals = chance.split(0);
        requestsPerSecond = scenario.traffic().requestsPerSecond();
        Scenario.Fleet fleet = scenario.fleet();
        for (int i = 0; i < fleet.endpoints(); i++) {
            Endpoint endpoint = Endpoint.of("10.1." + i / 250 + "." + i % 250, 8080)
                    .withZone(fleet.zone(i))
                    .withPriority(i < fleet.endpoints() - fleet.spare() ? 0 : 1);
            var model = new EndpointModel(i, endpoint, fleet, time, chance.split(1_000_000L + i));
            models.add(model);
            byId.put(endpoint.id(), model);
        }
        absent = new boolean[models.size()];
        measured = new Measured(scenario, models);
        discovery = new ManualDiscovery("simulated", new DiscoveryContext(time, time, chance.split(1)));
        publish();
        ServiceSpec spec =
                ServiceSpec.of(SERVICE.value()).withHealth(scenario.health()).withLimits(scenario.limits());
        for (int i = 0; i < fleet.gateways(); i++) {
            var context =
                    new ServiceContext(time, time, chance.split(2_000_000L + i), HostResolver.system(), event -> {});
            Zone zone = fleet.zone(i);
            gateways.add(new GatewayModel(i, zone, spec, balancer.apply(zone), discovery, context));
        }
        for (int i = 0; i < scenario.traffic().clients(); i++) {
            requests.add(PlainRequest.get("http://www.example.com/item/" + i)
                    .withClient("192.0." + i / 250 % 250 + "." + i % 250));
        }
    }

    /** Runs from the start to the end. */
    Measured run() {
        for (Scenario.Change change : scenario.changes()) {
            time.after(change.at().toNanos(), () -> change.what().accept(this));
        }
        arrive();
        long warmUp = scenario.warmUp().toNanos();
        time.runUntil(warmUp);
        measured.begin();
        for (int slot = 1; slot <= Measured.SLOTS; slot++) {
            time.runUntil(warmUp + scenario.length().toNanos() * slot / Measured.SLOTS);
            measured.slot();
        }
        measured.end(time.happened());
        return measured;
    }

    private void arrive() {
        time.after(arrivals.exponential(1e9 / requestsPerSecond), () -> {
            GatewayModel gateway = gateways.get(arrivals.nextInt(gateways.size()));
            measured.arrived();
            var exchange = new Exchange(this, gateway, arrivals.nextInt(requests.size()));
            whenAwake(exchange::begin);
            arrive();
        });
    }

    /**
     * How many endpoints there are, those included that left.
     *
     * @return {@code >= 1}
     */
    public int endpoints() {
        return models.size();
    }

    /**
     * Changes how many requests come.
     *
     * @param requestsPerSecond over all gateways, {@code > 0}
     */
    public void traffic(double requestsPerSecond) {
        this.requestsPerSecond = requestsPerSecond;
    }

    /**
     * Makes an endpoint slower or faster.
     *
     * @param endpoint {@code 0..endpoints()-1}
     * @param factor what its workers get done, in multiples of the normal: 0.1 is ten times slower
     */
    public void speed(int endpoint, double factor) {
        models.get(endpoint).speed(factor);
    }

    /**
     * Has an endpoint answer with errors.
     *
     * @param endpoint {@code 0..endpoints()-1}
     * @param share of the attempts that fail, {@code 0..1}
     * @param after time until the error comes
     */
    public void fail(int endpoint, double share, Duration after) {
        models.get(endpoint).fail(share, after.toNanos());
    }

    /**
     * Has an endpoint take connections and never answer, or answer again.
     *
     * @param endpoint {@code 0..endpoints()-1}
     * @param hangs whether it does from now on
     */
    public void hang(int endpoint, boolean hangs) {
        models.get(endpoint).hang(hangs);
    }

    /**
     * Kills an endpoint, or starts it again; its source does not notice.
     *
     * @param endpoint {@code 0..endpoints()-1}
     * @param down whether it refuses connections from now on
     */
    public void down(int endpoint, boolean down) {
        models.get(endpoint).down(down);
    }

    /**
     * Has the source of the endpoints drop one or name it again.
     *
     * @param endpoint {@code 0..endpoints()-1}
     * @param present whether the source names it from now on
     */
    public void present(int endpoint, boolean present) {
        absent[endpoint] = !present;
        measured.changed(endpoint);
        publish();
    }

    /**
     * Has an endpoint tell its load with its answers, as all do at first, or not.
     *
     * @param endpoint {@code 0..endpoints()-1}
     * @param reports whether it does from now on
     */
    public void reports(int endpoint, boolean reports) {
        models.get(endpoint).reports(reports);
    }

    /**
     * Has all gateways do nothing for a while, as the collection of garbage or a processor taken away does: requests wait to
     * be sent, answers to be seen.
     *
     * @param length of that
     */
    public void stall(Duration length) {
        awakeNanos = Math.max(awakeNanos, time.nanos() + length.toNanos());
    }

    /** At once, or as soon as the gateways do something again. */
    void whenAwake(Runnable task) {
        long left = awakeNanos - time.nanos();
        if (left > 0) {
            time.after(left, task);
        } else {
            task.run();
        }
    }

    private void publish() {
        List<Endpoint> present = new ArrayList<>();
        for (int i = 0; i < models.size(); i++) {
            if (!absent[i]) {
                present.add(models.get(i).endpoint());
            }
        }
        discovery.set(SERVICE, present);
    }

    VirtualTime time() {
        return time;
    }

    EndpointModel model(Endpoint endpoint) {
        EndpointModel model = byId.get(endpoint.id());
        if (model == null) {
            throw new IllegalStateException("endpoint: \"" + endpoint.id() + "\" (expected: one of the scenario)");
        }
        return model;
    }

    /** Has the attempt end after the time limit. */
    void limit(Attempt attempt) {
        limit.add(attempt);
    }

    /** The next request of a client. */
    PlainRequest request(int client) {
        return requests.get(client);
    }

    /** The client sends a cookie from now on, if it keeps any. */
    void keep(int client, @Nullable Affinity affinity) {
        if (scenario.traffic().cookies()
                && affinity != null
                && !affinity.setCookie().isEmpty()) {
            String text = affinity.setCookie();
            int end = text.indexOf(';');
            requests.set(client, requests.get(client).withHeader("cookie", text.substring(0, end)));
        }
    }

    RetrySpec retry() {
        return scenario.traffic().retry();
    }

    Measured measured() {
        return measured;
    }

    @Override
    public void close() {
        gateways.forEach(GatewayModel::close);
        discovery.close();
    }
}
