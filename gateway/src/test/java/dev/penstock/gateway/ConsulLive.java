package dev.penstock.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.consul.ConsulServer;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A real Consul agent. Kinds of change are made by its API; other endpoints are files of its configuration, which survive a
 * crash with the state of their checks and can be changed while the agent is away.
 */
final class ConsulLive implements LiveSource {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration GOAL = Duration.ofMillis(300);

    private final Path definitions;
    private final LoopbackBackends backends = LoopbackBackends.atAddresses(4);
    private final HttpClient client = HttpClient.newHttpClient();
    private final ConsulServer server;

    private ConsulLive(Path directory) throws IOException {
        definitions = Files.createDirectories(directory.resolve("conf.d"));
        server = ConsulServer.start(directory);
    }

    static ConsulLive start(Path directory) {
        try {
            return new ConsulLive(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String name() {
        return "consul";
    }

    @Override
    public Optional<String> discover(int lane) {
        return Optional.of("consul://" + server.address() + "/" + service(lane));
    }

    private static String service(int lane) {
        return "lane" + lane;
    }

    private static String id(int lane, int backend) {
        return service(lane) + "-" + backend;
    }

    @Override
    public List<Change> cycle(int lane) {
        return List.of(
                change("registration", lane, true, () -> register(lane)),
                change("failing check", lane, false, () -> server.fail(id(lane, 1))),
                change("passing check", lane, true, () -> server.pass(id(lane, 1))),
                change("deregistration", lane, false, () -> server.deregister(id(lane, 1))));
    }

    private void register(int lane) {
        server.register(service(lane), id(lane, 1), answer(1), backends.port());
    }

    private Change change(String kind, int lane, boolean appears, Runnable action) {
        return new Change("consul " + kind, appears, GOAL, () -> {
            action.run();
            return new Shown(answer(1), shown(lane, 1, appears));
        });
    }

    /** Waits by blocking queries until the agent tells a backend as healthy, or does not; gives the moment. */
    private long shown(int lane, int backend, boolean there) {
        String index = "0";
        while (true) {
            HttpResponse<String> response =
                    get("/v1/health/service/" + service(lane) + "?passing&wait=10s&index=" + index);
            long now = Ticker.system().nanos();
            if (response.body().contains('"' + id(lane, backend) + '"') == there) {
                return now;
            }
            index = response.headers().firstValue("X-Consul-Index").orElse("0");
        }
    }

    private HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(URI.create("http://" + server.address() + path))
                .timeout(SOON)
                .build());
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return response;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void put(int lane, int backend) {
        define(lane, backend);
        reload();
        shown(lane, backend, true);
    }

    @Override
    public void take(int lane, int backend) {
        forget(lane, backend);
        reload();
        shown(lane, backend, false);
    }

    private void reload() {
        send(HttpRequest.newBuilder(URI.create("http://" + server.address() + "/v1/agent/reload"))
                .PUT(HttpRequest.BodyPublishers.noBody())
                .timeout(SOON)
                .build());
    }

    private synchronized void define(int lane, int backend) {
        try {
            Files.writeString(
                    file(lane, backend),
                    String.format(
                            Locale.ROOT, """
                    {"service": {"name": "%s", "id": "%s", "address": "%s", "port": %d,
                                 "check": {"ttl": "1h", "status": "passing"}}}
                    """, service(lane), id(lane, backend), answer(backend), backends.port()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized void forget(int lane, int backend) {
        try {
            Files.deleteIfExists(file(lane, backend));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path file(int lane, int backend) {
        return definitions.resolve(id(lane, backend) + ".json");
    }

    @Override
    public LoopbackBackends backends() {
        return backends;
    }

    @Override
    public void down() {
        server.stop();
    }

    @Override
    public Set<Integer> changeWhileAway(int lane, Set<Integer> now, Set<Integer> wanted) {
        now.stream().filter(backend -> !wanted.contains(backend)).forEach(backend -> forget(lane, backend));
        wanted.stream().filter(backend -> !now.contains(backend)).forEach(backend -> define(lane, backend));
        return wanted;
    }

    @Override
    public void up() {
        server.start();
    }

    @Override
    public void close() {
        server.close();
        backends.close();
    }
}
