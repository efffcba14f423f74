package dev.penstock.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.StubBackend;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How soon a write to a real etcd is live at the service ports, from the moment at which etcd has answered it. */
@Tag("slow")
@Timeout(1_800)
class EtcdChangeFiguresTest {
    @Test
    void writes_areLiveAtThePorts(@TempDir Path folder) throws Exception {
        var changes = new PortChanges("etcd");
        try (var keys = new RegistratorPorts(folder);
                StubBackend a = RegistratorPorts.backend("a");
                StubBackend b = RegistratorPorts.backend("b")) {
            String configuration =
                    "listeners: [{address: 127.0.0.1:0, name: web}]\nadmin: 127.0.0.1:0\ncatalogs:\n  - {from: \""
                            + keys.catalog("services") + "\"}\n";
            try (var gateway = GatewayProcess.start(folder, configuration, Set.of(a.port(), b.port()))) {
                assertThat(gateway.port()).isPositive();
                for (int i = 0; i < PortChanges.EACH; i++) {
                    int port = FreePorts.next();
                    String key = "services/s" + i + "/h1:c.0:" + port;
                    changes.measure("port opened", () -> keys.put(key, a.address()), port, "a");
                    changes.measure("endpoint replaced", () -> keys.put(key, b.address()), port, "b");
                    changes.measure("port closed", () -> keys.delete(key), port, "closed");
                }
            }
        }
        changes.write();
    }
}
