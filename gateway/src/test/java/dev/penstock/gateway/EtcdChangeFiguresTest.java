package dev.penstock.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.StubBackend;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * How soon a write to a real etcd is live at the service ports; writes to target/changes-etcd-figures.txt. From the moment
 * at which etcd has answered the write to that at which a client first hears what it should. {@code -Dpenstock.changes=N}
 * makes more or less than 100 of each kind.
 */
@Tag("slow")
@Timeout(1_800)
class EtcdChangeFiguresTest {
    private static final int CHANGES = Integer.getInteger("penstock.changes", 100);
    private static final long GOAL_MILLIS = 300;
    private static final Duration SOON = Duration.ofSeconds(60);

    private final Map<String, List<Long>> nanos = new TreeMap<>();

    @Test
    void writes_areLiveAtThePorts(@TempDir Path folder) throws Exception {
        var random = new SplittableRandom(1);
        try (var keys = new RegistratorPorts(folder);
                StubBackend a = RegistratorPorts.backend("a");
                StubBackend b = RegistratorPorts.backend("b")) {
            String configuration =
                    "listeners: [{address: 127.0.0.1:0, name: web}]\nadmin: 127.0.0.1:0\ncatalogs:\n  - {from: \""
                            + keys.catalog("services") + "\"}\n";
            try (var gateway = GatewayProcess.start(folder, configuration, Set.of(a.port(), b.port()))) {
                assertThat(gateway.port()).isPositive();
                for (int i = 0; i < CHANGES; i++) {
                    int port = FreePorts.next();
                    String key = "services/s" + i + "/h1:c.0:" + port;
                    pause(random);
                    keys.put(key, a.address());
                    measure("etcd port opened", port, "a");
                    pause(random);
                    keys.put(key, b.address());
                    measure("etcd endpoint replaced", port, "b");
                    pause(random);
                    keys.delete(key);
                    measure("etcd port closed", port, "closed");
                }
            }
        }
        Figures figures = Figures.of("changes-etcd");
        nanos.forEach((what, values) -> figures.distribution(what, values, GOAL_MILLIS));
        assertThat(nanos).hasSize(3);
    }

    /** Else changes fall into step with the gateway. */
    private static void pause(SplittableRandom random) {
        Waiting.pause(Duration.ofMillis(random.nextLong(200)));
    }

    private void measure(String what, int port, String wanted) throws IOException {
        long written = Ticker.system().nanos();
        while (!RegistratorPorts.hear(port).equals(wanted)) {
            assertThat(Ticker.system().nanos() - written).isLessThan(SOON.toNanos());
            Waiting.pause(Duration.ofMillis(1));
        }
        nanos.computeIfAbsent(what, key -> new ArrayList<>())
                .add(Ticker.system().nanos() - written);
    }
}
