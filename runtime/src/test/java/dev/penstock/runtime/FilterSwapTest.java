package dev.penstock.runtime;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.config.Configuration;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A filter that code changes while clients of the same process go on. */
class FilterSwapTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int CLIENTS = 8;

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicBoolean changed = new AtomicBoolean();
    private final AtomicLong served = new AtomicLong();

    @Test
    void H22_filterThatChangesUnderLoad_isInEffectAtOnce_andFailsNothing() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try (var backend = EchoBackend.start("b1");
                var runtime = GatewayRuntime.start(filtered(backend, "/"))) {
            String address = runtime.address("web");
            int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
            List<Future<Long>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(threads.submit(loop(port)));
            }
            serve(CLIENTS * 20L);
            backend.hold(); // those that are under way at the change are answered after it
            backend.awaitHeld(1);
            runtime.apply(filtered(backend, "/api"));
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

    private static Configuration filtered(EchoBackend backend, String prefix) {
        return GatewayRuntime.reader().read("test.yaml", String.format(Locale.ROOT, """
                listeners: [{address: 127.0.0.1:0, name: web}]
                routes: [{name: filtered, path: %s, service: site}]
                services: {site: {endpoints: [%s]}}
                """, prefix, backend.address()));
    }

    /** Waits until so many more requests are answered. */
    private void serve(long more) {
        long before = served.get();
        eventually(SOON, () -> assertThat(served.get()).isGreaterThan(before + more));
    }

    /** One client on one connection that is never reset: how many of its requests the filter has refused. */
    private Callable<Long> loop(int port) {
        return () -> {
            long refused = 0;
            try (var client = RawClient.connect(port)) {
                while (!over.get()) {
                    // What is sent once the change is made goes by it; before it, and while it is made, by either.
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
