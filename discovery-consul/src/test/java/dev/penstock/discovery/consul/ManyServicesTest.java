package dev.penstock.discovery.consul;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.Watch;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.testkit.OpenedSource;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** More services than blocking queries, against the real agent. */
@Timeout(180)
@ExtendWith(SharedConsul.class)
class ManyServicesTest {
    private static final int SERVICES = 230;

    private final ConsulServer consul;

    ManyServicesTest(ConsulServer consul) {
        this.consul = consul;
    }

    @Test
    void K02_moreServicesThanSeats_areFollowedWithFewerConnectionsThanConsulTakes() throws IOException {
        try (var threads = ControlThreads.create()) {
            for (int i = 0; i < SERVICES; i++) {
                consul.register("many-" + i, "many-" + i + "-a", "127.0.0.1", 10_000 + i);
            }
            var factory = new ConsulFactory(Map.of());
            URI uri = URI.create("consul://" + consul.address());
            try (var discovery = factory.open(
                    factory.shared(uri), new DiscoveryContext(Ticker.system(), threads, Randomness.system()))) {
                List<Watch> watches = new ArrayList<>();
                for (int i = 0; i < SERVICES; i++) {
                    watches.add(discovery.watch(factory.query(ServiceName.of("many-" + i), uri), state -> {}));
                }
                for (Watch watch : watches) {
                    awaitPorts(watch, 1);
                }
                for (int i = 0; i < SERVICES; i += 46) {
                    consul.register("many-" + i, "many-" + i + "-b", "127.0.0.1", 20_000 + i);
                    awaitPorts(watches.get(i), 2);
                    consul.fail("many-" + i + "-a");
                    awaitPorts(watches.get(i), 1);
                    consul.deregister("many-" + i + "-b");
                    awaitPorts(watches.get(i), 0);
                }
                assertThat(connections(consul.port())).isBetween(150L, 199L);
                assertThat(threads.threads()).isLessThanOrEqualTo(ControlThreads.DEFAULT_LIMIT);
            }
            eventually(
                    OpenedSource.LIMIT,
                    () -> assertThat(connections(consul.port()))
                            .as("all but those of the test's own clients")
                            .isLessThanOrEqualTo(2));
        }
    }

    private static void awaitPorts(Watch watch, int count) {
        eventually(
                OpenedSource.LIMIT,
                () -> assertThat(watch.current().endpoints())
                        .extracting(Endpoint::port)
                        .hasSize(count));
    }

    /** Established connections to the agent, from this side. */
    static long connections(int port) throws IOException {
        String remote = "0100007F:" + String.format(Locale.ROOT, "%04X", port);
        long count = 0;
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            count += Files.readAllLines(Path.of(table)).stream()
                    .map(line -> line.strip().split("\\s+", -1))
                    .filter(columns -> columns.length > 3 && columns[3].equals("01"))
                    .filter(columns -> columns[2].equals(remote)
                            || columns[2].endsWith("FFFF00000100007F:" + String.format(Locale.ROOT, "%04X", port)))
                    .count();
        }
        return count;
    }
}
