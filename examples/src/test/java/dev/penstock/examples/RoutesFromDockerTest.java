package dev.penstock.examples;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.Penstock;
import dev.penstock.discovery.docker.FakeContainer;
import dev.penstock.discovery.docker.FakeDocker;
import dev.penstock.proxy.Gateway;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RoutesFromDockerTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    /** The containers that Compose makes of the file, as {@code docker inspect} shows them. */
    private static void compose(FakeDocker docker) throws IOException {
        String service = "";
        int number = 1;
        Map<String, Map<String, String>> services = new LinkedHashMap<>();
        for (String line : Files.readAllLines(Path.of("compose/traefik-compose.yaml"))) {
            String text = line.strip();
            if (line.matches("  [a-z]+:")) {
                service = text.replace(":", "");
                services.put(service, new HashMap<>());
            } else if (text.startsWith("- \"")) {
                String[] parts = text.substring(3, text.length() - 1).split("=", 2);
                services.getOrDefault(service, Map.of()).put(parts[0], parts[1]);
            } else if (text.startsWith("traefik.")) {
                String[] parts = text.split(": ", 2);
                services.getOrDefault(service, Map.of()).put(parts[0], parts[1].replace("\"", ""));
            }
        }
        for (Map.Entry<String, Map<String, String>> entry : services.entrySet()) {
            for (int replica = 1; replica <= (entry.getKey().equals("api") ? 2 : 1); replica++) {
                docker.start(FakeContainer.named("shop-" + entry.getKey() + "-" + replica)
                        .label("com.docker.compose.service", entry.getKey())
                        .label("com.docker.compose.project", "shop")
                        .labels(entry.getValue())
                        .network("shop_default", "127.0.3." + number));
                number++;
            }
        }
    }

    @Test
    void start_composeFileForTraefik_isServedUnchanged() throws Exception {
        try (var docker = new FakeDocker();
                Penstock penstock = RoutesFromDocker.open(docker.address())) {
            compose(docker);
            eventually(SOON, () -> {
                var routes = new TreeSet<String>();
                penstock.table()
                        .routes()
                        .forEach(route -> routes.add(
                                route.match().host().text() + " " + route.priority() + " " + route.service()));
                assertThat(routes)
                        .containsExactly(
                                "example.com 46 web@docker",
                                "shop.example.com 0 shop",
                                "www.example.com 100 api@docker",
                                "www.example.com 46 web@docker");
            });
            eventually(
                    SOON,
                    () -> assertThat(penstock.catalogs())
                            .anyMatch(catalog -> catalog.skipped().isEmpty()
                                    && catalog.rejected().toString().contains("health.check")));
        }
    }

    @Test
    void start_selectorAndLabels_leadToTheContainers() {
        try (var docker = new FakeDocker();
                var backend = EchoBackend.start("web");
                Penstock penstock = RoutesFromDocker.open(docker.address());
                Gateway gateway = Gateway.builder().penstock(penstock).start()) {
            docker.start(FakeContainer.named("web")
                    .label("penstock.host", "www.example.com")
                    .label("penstock.port", String.valueOf(backend.port()))
                    .network("bridge", "127.0.0.1"));
            eventually(SOON, () -> {
                try (var client = RawClient.connect(gateway.port())) {
                    assertThat(client.get("www.example.com", "/").text()).startsWith("web");
                    assertThat(client.get("shop.example.com", "/").status()).isEqualTo(503);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
