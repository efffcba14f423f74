package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.Penstock;
import dev.penstock.catalog.CatalogLimits;
import dev.penstock.catalog.ManualCatalog;
import dev.penstock.catalog.Protocol;
import dev.penstock.catalog.ServicePort;
import dev.penstock.catalog.ServicePorts;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.proxy.Gateway;
import dev.penstock.service.Snapshot;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.SeededRandomness;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Service ports that open and close and whose endpoints change at random, under TCP connections and UDP flows that come and
 * go. Fails for a connection to a port that stays which is not served, for an endpoint that keeps a connection, and for
 * heap, direct memory, threads or descriptors that grow; each minute one line in target/port-soak-figures.txt. Six seconds
 * long; a day's worth of changes takes ten minutes: {@code benchmarks/ports churn}, which is {@code
 * -Dpenstock.soak.seconds=600}.
 */
@EnabledOnOs(OS.LINUX) // which has all of 127.0.0.0/8
class PortSoakTest {
    private static final long SECONDS = Integer.getInteger("penstock.soak.seconds", 6);
    private static final int SAMPLES = (int) Math.max(3, SECONDS / 60);
    private static final Path FIGURES = Path.of("target", "port-soak-figures.txt");

    /** An address of its own, so that no other program has its ports. */
    private static final String HOST =
            "127.77." + new SplittableRandom().nextInt(256) + "." + new SplittableRandom().nextInt(1, 255);

    private static final int FIRST_PORT = 20_000;

    /** Of each protocol; the first of each stays open. */
    private static final int PORTS = 8;

    private static final int CLIENTS = 6;
    private static final int BACKENDS = 3;
    private static final int ALL = (1 << BACKENDS) - 1;

    /** On a busy machine that takes more than a second. */
    private static final int ENOUGH = 50;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final ControlThreads threads = opened(ControlThreads.create());
    private final ManualCatalog catalog =
            opened(new ManualCatalog("churn", new DiscoveryContext(Ticker.system(), threads, new SeededRandomness(1))));
    private final List<TcpBackend> connections = backends(PortTraffic::endpoint);
    private final List<UdpBackend> datagrams = backends(UdpBackend::echo);
    private final PortTraffic traffic = new PortTraffic(HOST);

    /** Which endpoints each port of TCP has, a bit each, then each of UDP; 0 closes it. */
    private final int[] endpoints = new int[2 * PORTS];

    private long changes;

    private <T extends AutoCloseable> T opened(T each) {
        opened.add(0, each);
        return each;
    }

    private <T extends AutoCloseable> List<T> backends(Supplier<T> start) {
        return Stream.generate(() -> opened(start.get())).limit(BACKENDS).toList();
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @Test
    void T08_portsConnectionsAndFlows_thatComeAndGo_leaveNothing() throws Exception {
        Files.writeString(FIGURES, "");
        Penstock penstock = opened(Penstock.builder()
                .catalog("churn", catalog, CatalogLimits.none())
                .build());
        Gateway gateway = opened(Setup.gateway().penstock(penstock).start());
        openAll(gateway);
        do {
            run(gateway, Duration.ofSeconds(1), 1);
        } while (traffic.connections() < ENOUGH || traffic.answers() < ENOUGH); // what is made once is there
        Vitals before = atRest(gateway);
        report(0, before);
        for (int sample = 1; sample <= SAMPLES; sample++) {
            run(gateway, Duration.ofMillis(1_000 * SECONDS / SAMPLES), 1 + sample);
            report(sample, settled(gateway, before));
        }
        assertThat(traffic.connections()).isGreaterThan(SECONDS);
        assertThat(traffic.answers()).isGreaterThan(SECONDS);
        assertThat(changes).isGreaterThan(SECONDS);
    }

    /** Traffic while ports change; afterwards all are open. */
    private void run(Gateway gateway, Duration time, long seed) throws Exception {
        long end = Ticker.system().nanos() + time.toNanos();
        var clients = Concurrently.run(CLIENTS, thread -> {
            var random = new SplittableRandom(seed * 1_000 + thread);
            while (end - Ticker.system().nanos() > 0) {
                int which = random.nextInt(PORTS);
                if (thread % 2 == 1) {
                    traffic.ask(FIRST_PORT + which, random);
                } else if (which == 0) {
                    traffic.connect(FIRST_PORT, random);
                } else {
                    traffic.tryConnect(FIRST_PORT + which, random);
                }
            }
        });
        var random = new SplittableRandom(seed);
        while (end - Ticker.system().nanos() > 0) {
            int which = random.nextInt(2 * PORTS);
            boolean closes = which % PORTS > 0 && endpoints[which] > 0 && random.nextBoolean();
            endpoints[which] = closes ? 0 : 1 + random.nextInt(ALL);
            tell(gateway);
        }
        clients.join(time);
        openAll(gateway);
    }

    private void openAll(Gateway gateway) {
        Arrays.fill(endpoints, ALL);
        tell(gateway);
    }

    /** Returns when it is in effect. */
    private void tell(Gateway gateway) {
        List<ServicePort> now = IntStream.range(0, 2 * PORTS)
                .filter(which -> endpoints[which] > 0)
                .mapToObj(this::port)
                .toList();
        catalog.set(new ServicePorts(HOST).found(now, List.of()));
        changes++;
        Eventually.eventually(Setup.GENEROUS, () -> {
            var table = gateway.penstock().table();
            assertThat(table.services()).hasSize(now.size());
            for (ServicePort port : now) {
                assertThat(gateway.status(HOST + ":" + port.name()).isOpen()).isTrue();
                assertThat(table.service(port.service().name()).orElseThrow().snapshot().members().stream()
                                .map(Snapshot.Member::endpoint))
                        .containsExactlyInAnyOrderElementsOf(port.service().endpoints());
            }
        });
    }

    private ServicePort port(int which) {
        boolean tcp = which < PORTS;
        List<Endpoint> its = IntStream.range(0, BACKENDS)
                .filter(backend -> (endpoints[which] >> backend & 1) == 1)
                .map(backend -> tcp
                        ? connections.get(backend).port()
                        : datagrams.get(backend).port())
                .mapToObj(port -> Endpoint.of("127.0.0.1", port))
                .toList();
        return new ServicePort(
                FIRST_PORT + which % PORTS,
                tcp ? Protocol.Tcp.defaults() : Protocol.Udp.defaults().withIdle(Duration.ofMillis(200)),
                ServiceSpec.of("s" + which).withEndpoints(its));
    }

    private Vitals atRest(Gateway gateway) throws IOException {
        Setup.awaitNothingInFlight(gateway);
        Eventually.eventually(Setup.GENEROUS, () -> {
            for (int port = FIRST_PORT; port < FIRST_PORT + PORTS; port++) {
                assertThat(gateway.status(HOST + ":" + port + "/tcp").connections())
                        .isZero();
                assertThat(gateway.status(HOST + ":" + port + "/udp").connections())
                        .isZero();
            }
            assertThat(connections).allMatch(backend -> backend.open() == 0);
        });
        return Vitals.now();
    }

    /** At rest, and once threads that wait for more to do have ended. */
    private Vitals settled(Gateway gateway, Vitals before) {
        var now = new AtomicReference<Vitals>(before);
        Eventually.eventually(Setup.GENEROUS, () -> {
            now.set(atRest(gateway));
            now.get().assertNotAbove(before);
        });
        return now.get();
    }

    private void report(int sample, Vitals vitals) throws IOException {
        String line =
                String.format(Locale.ROOT, "%d of %d: %d changes, %s; %s%n", sample, SAMPLES, changes, traffic, vitals);
        Files.writeString(FIGURES, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
