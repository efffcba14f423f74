package dev.penstock.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A filter that changes while clients go on, by the packaged program and its API. */
class FilterSwapIT {
    private static final int CLIENTS = 50;

    @TempDir
    Path directory;

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicBoolean changed = new AtomicBoolean();
    private final AtomicLong served = new AtomicLong();

    @Test
    void H22_filterThatChangesUnderLoad_isInEffectAtOnce_andFailsNothing() throws Exception {
        int port = FreePorts.next();
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        Path file = Files.writeString(directory.resolve("balancer.json"), "[]");
        try (var backend = EchoBackend.start("b1");
                var program = Packaged.start("run", "-e", file.toString(), "--admin", "127.0.0.1:0")) {
            String api = "http://127.0.0.1:" + program.port("admin http://127.0.0.1:");
            post(api, port, backend.port(), "{}");
            List<Future<Long>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(threads.submit(loop(port)));
            }
            serve(CLIENTS * 20L);
            backend.hold(); // those that are under way at the change are answered after it
            backend.awaitHeld(1);
            post(api, port, backend.port(), "{\"PathPrefix\":\"/api\"}");
            changed.set(true);
            backend.release();
            serve(CLIENTS * 20L);
            over.set(true);

            long refused = 0;
            for (Future<Long> client : clients) {
                refused += client.get();
            }
            assertThat(refused).isPositive();
        } finally {
            over.set(true);
            threads.shutdownNow();
        }
    }

    /** Waits until so many more requests are answered. */
    private void serve(long more) {
        long before = served.get();
        Eventually.eventually(Packaged.SOON, () -> assertThat(served.get()).isGreaterThan(before + more));
    }

    private static void post(String api, int port, int upstream, String filter) throws Exception {
        String server = "{\"address\":\":" + port + "\",\"filter\":" + filter
                + ",\"upstreams\":[{\"Target\":\"127.0.0.1\",\"Port\":" + upstream + "}]}";
        HttpRequest request = HttpRequest.newBuilder(URI.create(api + "/server"))
                .timeout(Duration.ofMinutes(1))
                .POST(BodyPublishers.ofString(server))
                .build();
        var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(204);
    }

    /** One client on one connection that is never reset: how many of its requests the filter has refused. */
    private Callable<Long> loop(int port) {
        return () -> {
            long refused = 0;
            try (var client = RawClient.connect(port)) {
                while (!over.get()) {
                    // What is sent once the change was answered goes by it; before it, and while it is made, by either.
                    boolean after = changed.get();
                    int outside = status(client, "/");
                    assertThat(outside).isIn(200, 404);
                    assertThat(after && outside == 200).as("/ after the change").isFalse();
                    assertThat(status(client, "/api")).isEqualTo(200);
                    refused += outside == 404 ? 1 : 0;
                }
            }
            return refused;
        };
    }

    private int status(RawClient client, String path) throws IOException {
        int status = client.get("a.test", path).status();
        served.incrementAndGet();
        return status;
    }
}
