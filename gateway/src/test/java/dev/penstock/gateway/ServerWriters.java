package dev.penstock.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;

/** Clients of the API of servers that create, change and delete the same few servers at random. Thread-safe. */
final class ServerWriters {
    /** What docs/servers.md says that calls as these are answered. */
    private static final Set<Integer> DOCUMENTED = Set.of(200, 204, 400, 404, 409);

    private final HttpClient http = HttpClient.newHttpClient();
    private final String api;
    private final List<Integer> ports;
    private final List<EchoBackend> backends;
    private final Map<Integer, Long> statuses = new ConcurrentSkipListMap<>();

    /**
     * Calls nobody yet.
     *
     * @param api where it is, as in {@code http://127.0.0.1:9123}
     * @param servers how many ports are fought over
     */
    ServerWriters(String api, int servers, EchoBackend... backends) {
        this.api = api;
        this.ports = IntStream.range(0, servers).mapToObj(i -> FreePorts.next()).toList();
        this.backends = List.of(backends);
    }

    List<Integer> ports() {
        return ports;
    }

    /** How often each status was answered. */
    Map<Integer, Long> statuses() {
        return statuses;
    }

    /** Any call, which may make sense. */
    void call(SplittableRandom random) throws IOException, InterruptedException {
        int port = ports.get(random.nextInt(ports.size()));
        String server = "/server/:" + port;
        EchoBackend backend = backends.get(random.nextInt(backends.size()));
        String upstream = "{\"Target\":\"127.0.0.1\",\"Port\":" + backend.port() + "}";
        HttpResponse<String> response = switch (random.nextInt(8)) {
            case 0, 1 -> send("POST", "/server", "{\"address\":\":" + port + "\",\"upstreams\":[" + upstream + "]}");
            case 2 -> send("DELETE", server, "");
            case 3 -> send("PUT", server + "/upstream", upstream);
            case 4 -> send("DELETE", server + "/upstream/127.0.0.1-" + backend.port(), "");
            case 5 -> send("PUT", server + "/filter", random.nextBoolean() ? "{\"PathPrefix\":\"/a\"}" : "{}");
            case 6 -> send("POST", "/server", "{");
            default -> send("GET", random.nextBoolean() ? "/" : server, "");
        };
        statuses.merge(response.statusCode(), 1L, Long::sum);
        assertThat(response.statusCode()).as(response.body()).isIn(DOCUMENTED);
    }

    private HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(api + path))
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    /** Nobody calls any more: the servers that are told take clients, and the others do not. */
    void assertConsistent() throws Exception {
        HttpResponse<String> response = send("GET", "/", "");
        Set<String> told = new HashSet<>();
        new ObjectMapper()
                .readTree(response.body())
                .get("servers")
                .forEach(server -> told.add(server.get("address").asText()));
        for (int port : ports) {
            if (told.contains(":" + port)) {
                assertThat(served(port)).isIn("200", "503", "404");
            } else {
                assertThat(served(port)).isEqualTo("refused");
            }
        }
    }

    private static String served(int port) throws IOException {
        try (var client = RawClient.connect(port)) {
            return String.valueOf(client.get("a.test", "/").status());
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof ConnectException) {
                return "refused";
            }
            throw e;
        }
    }
}
