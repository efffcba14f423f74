package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.marathon.FakeMarathon;
import dev.penstock.testkit.StubBackend;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How soon an event of Marathon is live at the service ports, from the moment at which it is handed to the event stream. */
@Tag("slow")
@Timeout(1_800)
class MarathonChangeFiguresTest {
    @Test
    void events_areLiveAtThePorts(@TempDir Path folder) throws Exception {
        var changes = new PortChanges("marathon");
        try (var marathon = FakeMarathon.start();
                StubBackend a = RegistratorPorts.backend("a");
                StubBackend b = RegistratorPorts.backend("b")) {
            String configuration =
                    "listeners: [{address: 127.0.0.1:0, name: web}]\nadmin: 127.0.0.1:0\ncatalogs:\n  - {from: \"marathon://"
                            + marathon.address() + "?listen=127.0.0.1\"}\n";
            try (var gateway = GatewayProcess.start(folder, configuration, Set.of(a.port(), b.port()))) {
                assertThat(gateway.port()).isPositive();
                // The first list is read once the stream is there.
                eventually(
                        Packaged.SOON,
                        () -> assertThat(marathon.reads()).as(gateway.log()).isPositive());
                for (int i = 0; i < PortChanges.EACH; i++) {
                    int port = FreePorts.next();
                    var app = new MarathonApp("/s" + i, port, Map.of());
                    changes.measure("port opened", () -> app.deploy(marathon, a.port()), port, "a");
                    changes.measure("endpoint replaced", () -> app.deploy(marathon, b.port()), port, "b");
                    changes.measure("port closed", () -> app.deploy(marathon), port, "closed");
                }
            }
        }
        changes.write();
    }
}
