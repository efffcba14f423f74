package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.Phase;
import dev.penstock.endpoint.Zone;
import dev.penstock.proxy.Gateway;
import dev.penstock.proxy.GatewayBuilder;
import dev.penstock.proxy.TransportChoice;
import dev.penstock.route.Match;
import dev.penstock.service.Snapshot;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Gateways of one listener on a free port, one service called site, and a route that takes everything. */
final class Setup {
    /** What a test waits for at most before it fails; never an expectation. */
    static final Duration GENEROUS = Duration.ofSeconds(30);

    static final ListenerSpec LISTENER = ListenerSpec.of("web", "127.0.0.1:0");

    private Setup() {}

    /** A gateway to be defined, on the transport that the system property {@code penstock.transport} names. */
    static GatewayBuilder gateway() {
        String transport = System.getProperty("penstock.transport", "auto").toUpperCase(Locale.ROOT);
        return Gateway.builder().transport(TransportChoice.valueOf(transport));
    }

    static Gateway over(EchoBackend... backends) {
        return start(site(backends));
    }

    static Gateway start(ServiceSpec site) {
        return start(LISTENER, site);
    }

    static Gateway start(ListenerSpec listener, ServiceSpec site) {
        return builder(listener, site).start();
    }

    static GatewayBuilder builder(ListenerSpec listener, ServiceSpec site) {
        return gateway()
                .listener(listener)
                .service(site)
                .route(Match.ALL, site.name().value());
    }

    static ServiceSpec site(EchoBackend... backends) {
        return service("site", backends);
    }

    static ServiceSpec service(String name, EchoBackend... backends) {
        return ServiceSpec.of(
                name, Stream.of(backends).map(EchoBackend::address).toArray(String[]::new));
    }

    static Endpoint endpoint(String id, int port) {
        return endpoint(id, port, 1);
    }

    static Endpoint endpoint(String id, int port, int weight) {
        return new Endpoint(id, "127.0.0.1", port, weight, 0, Zone.UNKNOWN, Phase.ACTIVE, Map.of());
    }

    /** Sends so many GETs, one after another on one connection, and says who answered how often. */
    static Map<String, Integer> tally(Gateway gateway, String host, int requests) throws IOException {
        var counts = new TreeMap<String, Integer>();
        try (var client = RawClient.connect(gateway.port())) {
            for (int i = 0; i < requests; i++) {
                counts.merge(client.get(host, "/").echo().backend(), 1, Integer::sum);
            }
        }
        return counts;
    }

    /** Sends one GET on a connection of its own and says who answered. */
    static String answerer(Gateway gateway) throws IOException {
        try (var client = RawClient.connect(gateway.port())) {
            return client.get("any", "/").echo().backend();
        }
    }

    static int statusOfNewConnection(Gateway gateway) throws IOException {
        try (var client = RawClient.connect(gateway.port())) {
            return client.get("any", "/").status();
        }
    }

    static Stream<Snapshot.Member> members(Gateway gateway) {
        return gateway.penstock().table().services().stream().flatMap(service -> service.snapshot().members().stream());
    }

    /** Waits until no request is in flight to any endpoint, as it must be once all are over, however they ended. */
    static void awaitNothingInFlight(Gateway gateway) {
        Eventually.eventually(
                GENEROUS,
                () -> assertThat(members(gateway)
                                .mapToInt(member -> member.load().inFlight()))
                        .containsOnly(0));
    }

    static byte[] randomBytes(long seed, int count) {
        var bytes = new byte[count];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    static Duration since(long startNanos) {
        return Duration.ofNanos(Ticker.system().nanos() - startNanos);
    }
}
