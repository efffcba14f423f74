package dev.penstock.runtime;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.PenstockBuilder;
import dev.penstock.catalog.CatalogLimits;
import dev.penstock.catalog.ManualCatalog;
import dev.penstock.catalog.Protocol;
import dev.penstock.catalog.ServicePort;
import dev.penstock.catalog.ServicePorts;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.config.Configuration;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.testkit.ManualTime;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.SeededRandomness;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code /state} tells of service ports. */
final class ServicePortStateTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final ManualTime time = ManualTime.eager();
    private final ManualCatalog catalog =
            new ManualCatalog("ports", new DiscoveryContext(time, time, new SeededRandomness(1)));
    private final Extension extension = new Extension() {
        @Override
        public void extend(PenstockBuilder builder) {
            builder.catalog("ports", catalog, CatalogLimits.none());
        }
    };

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static ServicePort tcp(int port) {
        return new ServicePort(port, Protocol.Tcp.defaults(), ServiceSpec.of("to-" + port, "127.0.0.1:1"));
    }

    private static JsonNode state(int port) throws IOException {
        try (var client = RawClient.connect(port)) {
            return new ObjectMapper().readTree(client.get("localhost", "/state").text());
        }
    }

    @Test
    void T07_state_showsEachPort_itsSource_andWhyItIsNotOpen_andThePortOfTheAdminIsNobodys() throws Exception {
        int admin = freePort();
        Configuration configuration =
                GatewayRuntime.reader(extension).read("test.yaml", """
                admin: {address: "127.0.0.1:PORT"}
                listeners: [{name: web, address: "127.0.0.1:0"}]
                """.replace("PORT", Integer.toString(admin)));
        try (var holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var runtime = GatewayRuntime.start(configuration, extension)) {
            int taken = holder.getLocalPort();
            int free = freePort();
            catalog.set(new ServicePorts("127.0.0.1").found(List.of(tcp(free), tcp(taken), tcp(admin)), List.of()));

            eventually(SOON, () -> {
                JsonNode state = state(admin);
                assertThat(state.at("/listeners")).hasSize(3);
                for (JsonNode listener : state.at("/listeners")) {
                    if (listener.at("/name").asText().equals("web")) {
                        continue;
                    }
                    boolean isFree = listener.at("/name").asText().equals("127.0.0.1:" + free + "/tcp");
                    assertThat(listener.at("/open").asBoolean()).isEqualTo(isFree);
                    assertThat(listener.at("/problem").isMissingNode()).isEqualTo(isFree);
                    assertThat(listener.at("/definedIn").asText()).startsWith("ports");
                    assertThat(listener.at("/protocol").asText()).isEqualTo("tcp");
                    assertThat(listener.at("/address").asText()).startsWith("127.0.0.1:");
                }
                assertThat(state.at("/catalogs/0/rejected/0").asText())
                        .startsWith("listener 127.0.0.1:" + admin + "/tcp: ")
                        .endsWith("it is that of this program itself)");
            });
            assertThat(runtime.penstock().table().listeners()).hasSize(3);
        }
    }
}
