package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.marathon.FakeMarathon;
import dev.penstock.runtime.GatewayRuntime;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class StartLineTest {
    @Test
    void T07_discoveredPortThatIsTaken_isNamed_andKeepsNothingFromStarting() throws Exception {
        try (var marathon = FakeMarathon.start();
                var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            marathon.deploy(
                    "{\"id\": \"/shop\", \"version\": \"2014-09-12T23:28:21.737Z\", \"portDefinitions\": [{\"port\": "
                            + port + ", \"protocol\": \"tcp\"}]}",
                    "{\"id\": \"shop.1\", \"appId\": \"/shop\", \"host\": \"127.0.0.1\", \"state\":"
                            + " \"TASK_RUNNING\", \"ports\": [31001], \"servicePorts\": [" + port + "]}");
            var configuration = GatewayRuntime.reader()
                    .read(
                            "test.yaml",
                            "{listeners: [\"127.0.0.1:0\"], catalogs: [{from: \"marathon://" + marathon.address()
                                    + "?listen=127.0.0.1\"}]}");
            try (var runtime = GatewayRuntime.start(configuration)) {
                eventually(
                        Packaged.SOON,
                        () -> assertThat(runtime.penstock().table().listeners()).hasSize(2));
                assertThat(StartLine.of(runtime))
                        .contains("127.0.0.1:" + port + "/tcp tcp://127.0.0.1:" + port + " (not open) -> shop:" + port);
            }
        }
    }
}
