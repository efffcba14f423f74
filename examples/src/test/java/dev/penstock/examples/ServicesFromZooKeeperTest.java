package dev.penstock.examples;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.zookeeper.ZooKeeperServer;
import dev.penstock.proxy.Gateway;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServicesFromZooKeeperTest {
    @Test
    void start_announcedInstance_answers(@TempDir Path folder) {
        try (var zookeeper = ZooKeeperServer.start(folder);
                var client = zookeeper.client();
                var backend = EchoBackend.start("web");
                Gateway gateway = ServicesFromZooKeeper.start(zookeeper.address())) {
            client.put(
                    "/services/web/3f5a",
                    String.format(
                            Locale.ROOT,
                            "{\"name\":\"web\",\"id\":\"3f5a\",\"address\":\"127.0.0.1\",\"port\":%d}",
                            backend.port()));
            eventually(Duration.ofSeconds(30), () -> {
                try (var caller = RawClient.connect(gateway.port())) {
                    assertThat(caller.get("www.example.com", "/").text()).startsWith("web");
                }
            });
        }
    }
}
