package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.Penstock;
import dev.penstock.catalog.CatalogLimits;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.ManualCatalog;
import dev.penstock.catalog.Protocol;
import dev.penstock.catalog.ServicePort;
import dev.penstock.catalog.ServicePorts;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.proxy.Gateway;
import dev.penstock.service.Service;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.SeededRandomness;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** What many service ports cost; reports the figures of docs/benchmarks.md. */
@Tag("slow")
class ServicePortFiguresTest {
    private static final int PORTS = 1_000;
    private static final int ENDPOINTS = 10;
    private static final int CHANGES = 1_000;
    private static final Duration PAUSE = Duration.ofMillis(10);
    private static final ServiceName MARKER = ServiceName.of("service-0");
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Ticker ticker = Ticker.system();
    private final ControlThreads threads = opened(ControlThreads.create());
    private final ManualCatalog catalog =
            opened(new ManualCatalog("many", new DiscoveryContext(ticker, threads, new SeededRandomness(1))));

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T opened(T each) {
        opened.add(0, each);
        return each;
    }

    /** Ports that are free, below those that the system lends to connections. */
    private static int[] freePorts() {
        return IntStream.range(12_000, 32_000)
                .filter(ServicePortFiguresTest::isFree)
                .limit(PORTS)
                .toArray();
    }

    private static boolean isFree(int port) {
        try (var tcp = new ServerSocket(port, 1, HERE);
                var udp = new DatagramSocket(port, HERE)) {
            return tcp.isBound() && udp.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** The first endpoint says which version it is. */
    private static ServicePort port(int index, int port, int version) {
        List<Endpoint> endpoints = new ArrayList<>();
        endpoints.add(Endpoint.of("127.0.0.1", version));
        for (int i = 1; i < ENDPOINTS; i++) {
            endpoints.add(Endpoint.of("127.1." + index / 250 + "." + (1 + index % 250), i));
        }
        return new ServicePort(
                port,
                Protocol.Tcp.defaults(),
                ServiceSpec.of("service-" + index).withEndpoints(endpoints));
    }

    private static int version(Penstock penstock) {
        Service marker = penstock.table().service(MARKER).orElse(null);
        return marker == null
                ? 0
                : marker.snapshot().members().stream()
                        .map(member -> member.endpoint())
                        .filter(endpoint -> endpoint.host().equals("127.0.0.1"))
                        .mapToInt(Endpoint::port)
                        .max()
                        .orElse(0);
    }

    private static boolean isOpen(int port) {
        try (var socket = new Socket(HERE, port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private void tell(List<ServicePort> ports) {
        catalog.set(new ServicePorts("127.0.0.1").found(ports, List.of()));
    }

    private static String millis(long nanos) {
        return nanos / 1_000_000 + " ms";
    }

    @Test
    void thousandServicePorts_open_andFollowAHundredChangesASecond(TestReporter reporter) {
        int[] free = freePorts();
        Penstock penstock = opened(Penstock.builder()
                .catalog("many", catalog, CatalogLimits.none())
                .build());
        Gateway gateway = opened(Setup.gateway().penstock(penstock).start());
        List<ServicePort> ports = new ArrayList<>();
        for (int i = 0; i < PORTS; i++) {
            ports.add(port(i, free[i], 1));
        }
        long told = ticker.nanos();
        tell(ports);
        Eventually.eventually(
                Setup.GENEROUS,
                () -> assertThat(Arrays.stream(free).allMatch(port -> isBound(gateway, port)))
                        .isTrue());
        reporter.publishEntry(
                PORTS + " ports with " + ENDPOINTS + " endpoints each", "open after " + millis(ticker.nanos() - told));
        assertThat(isOpen(free[PORTS - 1])).isTrue();

        for (String half : List.of("the first ", "the next ")) {
            reporter.publishEntry(half + CHANGES + " changes", follow(penstock, gateway, ports, free));
        }
    }

    private static boolean isBound(Gateway gateway, int port) {
        try {
            return gateway.status("127.0.0.1:" + port + "/tcp").isOpen();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Each change is the marker's, and of one other service; every tenth closes or opens a port. */
    private String follow(Penstock penstock, Gateway gateway, List<ServicePort> ports, int[] free) {
        var random = new SplittableRandom(1); // the seed
        int first = version(penstock);
        long[] toldAt = new long[first + CHANGES + 1];
        long[] seenAt = new long[first + CHANGES + 1];
        int seen = first;
        long begin = ticker.nanos();
        long busy = cpuNanos();
        for (int version = first + 1; version <= first + CHANGES; version++) {
            long due = begin + (version - first - 1) * PAUSE.toNanos();
            seen = look(penstock, seen, seenAt); // also where the telling itself is late
            while (ticker.nanos() < due) {
                LockSupport.parkNanos(500_000);
                seen = look(penstock, seen, seenAt);
            }
            int other = 1 + random.nextInt(PORTS - 1);
            ports.set(0, port(0, free[0], version));
            ports.set(other, port(other, free[other], version));
            List<ServicePort> now = version % 20 < 10 ? ports : ports.subList(0, PORTS - 1);
            toldAt[version] = ticker.nanos();
            tell(now);
        }
        long last = ticker.nanos();
        while (seen < first + CHANGES && ticker.nanos() - last < Setup.GENEROUS.toNanos()) {
            seen = look(penstock, seen, seenAt);
            LockSupport.parkNanos(500_000);
        }
        busy = cpuNanos() - busy;
        assertThat(seen).as("the last change").isEqualTo(first + CHANGES);
        long[] delays = IntStream.rangeClosed(first + 1, first + CHANGES)
                .mapToLong(version -> seenAt[version] - toldAt[version])
                .sorted()
                .toArray();
        boolean open = (first + CHANGES) % 20 < 10;
        Eventually.eventually(
                Setup.GENEROUS,
                () -> assertThat(isBound(gateway, free[PORTS - 1])).isEqualTo(open));
        assertThat(isBound(gateway, free[PORTS / 2])).isTrue();
        return "in " + millis(last - begin) + ", live in traffic after " + millis(delays[CHANGES / 2]) + " (median), "
                + millis(delays[CHANGES * 99 / 100]) + " (99 %), " + millis(delays[CHANGES - 1]) + " (longest); CPU "
                + busy / CHANGES / 1_000 + " us each";
    }

    /** CPU of the process, with its compilers and its collector, and with this thread, which tells the changes. */
    private static long cpuNanos() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .orElse(Duration.ZERO)
                .toNanos();
    }

    private int look(Penstock penstock, int seen, long[] seenAt) {
        int version = version(penstock);
        long now = ticker.nanos();
        for (int each = seen + 1; each <= version; each++) {
            seenAt[each] = now;
        }
        return Math.max(seen, version);
    }

    @Test
    void thousandIdleListeners_costLittle(TestReporter reporter) {
        int[] free = freePorts();
        for (Protocol protocol : List.of(Protocol.Tcp.defaults(), Protocol.HTTP, Protocol.Udp.defaults())) {
            List<ListenerSpec> specs = Arrays.stream(free)
                    .mapToObj(port ->
                            ListenerSpec.of("l" + port, "127.0.0.1:" + port).withProtocol(protocol))
                    .toList();
            try (var penstock = Penstock.builder().build();
                    var gateway = Setup.gateway().penstock(penstock).start()) {
                long before = used();
                long begin = ticker.nanos();
                penstock.apply(new CatalogState("file", specs, List.of(), List.of()));
                Eventually.eventually(
                        Setup.GENEROUS,
                        () -> assertThat(gateway.status("l" + free[PORTS - 1]).isOpen())
                                .isTrue());
                long opening = ticker.nanos() - begin;
                long each = (used() - before) / PORTS;
                reporter.publishEntry(
                        PORTS + " listeners of " + protocol.token(),
                        "open after " + millis(opening) + ", " + each + " bytes each");
                assertThat(each).isLessThan(20 << 10);
            }
        }
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 4; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
