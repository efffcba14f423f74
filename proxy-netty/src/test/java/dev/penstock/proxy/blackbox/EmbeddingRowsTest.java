package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.Penstock;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.route.Match;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EmbeddingRowsTest {
    private final EchoBackend b1 = EchoBackend.start("B1");
    private final EchoBackend b2 = EchoBackend.start("B2");

    @AfterEach
    void closeBackends() {
        b1.close();
        b2.close();
    }

    @Test
    void X08_hundredGateways_startedAndClosed_leakNoThreadAndNoDescriptor() throws Exception {
        startAndClose(5); // What is loaded once and kept, as native code.
        Set<Thread> threads = penstockThreads();
        long descriptors = descriptors();

        startAndClose(100);

        Eventually.eventually(
                Setup.GENEROUS, () -> assertThat(penstockThreads()).hasSizeLessThanOrEqualTo(threads.size()));
        Eventually.eventually(Setup.GENEROUS, () -> assertThat(descriptors()).isLessThanOrEqualTo(descriptors + 5));
    }

    private void startAndClose(int times) throws Exception {
        for (int i = 0; i < times; i++) {
            try (var gateway = Setup.over(b1)) {
                assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(200);
            }
        }
    }

    private static Set<Thread> penstockThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("penstock"))
                .collect(Collectors.toSet());
    }

    private static long descriptors() throws Exception {
        Path self = Path.of("/proc/self/fd");
        if (!Files.isDirectory(self)) {
            return 0;
        }
        try (var list = Files.list(self)) {
            return list.count();
        }
    }

    @Test
    void X08_twoGateways_shareNothing() throws Exception {
        try (var one = Setup.over(b1);
                var two = Setup.over(b2)) {
            assertThat(Setup.answerer(one)).isEqualTo("B1");
            assertThat(Setup.answerer(two)).isEqualTo("B2");
            one.close();
            assertThat(Setup.answerer(two)).isEqualTo("B2");
        }
    }

    @Test
    void X10_controlPathObserverThatBlocksOrThrows_doesNotHoldUpChanges() throws Exception {
        var never = new CountDownLatch(1);
        var source = new OwnSource();
        source.set(Setup.endpoint("1", b1.port()));
        try (var penstock = Penstock.builder()
                        .observer(event -> awaitQuietly(never))
                        .observer(event -> {
                            throw new IllegalStateException("on purpose");
                        })
                        .discovery("own", source)
                        .listener(Setup.LISTENER)
                        .service(ServiceSpec.of("site").withDiscover(URI.create("own:///site")))
                        .route(Match.ALL, "site")
                        .build();
                var gateway = Gateway.builder().penstock(penstock).start()) {
            awaitAnswerer(gateway, "B1");
            source.set(Setup.endpoint("2", b2.port()));
            awaitAnswerer(gateway, "B2");
            never.countDown();
        }
    }

    private static void awaitAnswerer(Gateway gateway, String name) {
        Eventually.eventually(
                Setup.GENEROUS, () -> assertThat(Setup.answerer(gateway)).isEqualTo(name));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void P09_ownDiscovery_addsChangesAndRemovesEndpoints_fromAnyThread() throws Exception {
        var source = new OwnSource();
        try (var gateway = Gateway.builder()
                .penstock(Penstock.builder()
                        .discovery("own", source)
                        .listener(Setup.LISTENER)
                        .service(ServiceSpec.of("site").withDiscover(URI.create("own:///site")))
                        .route(Match.ALL, "site")
                        .build())
                .start()) {
            assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(503);
            Concurrently.run(() -> source.set(Setup.endpoint("x", b1.port()))).join();
            awaitAnswerer(gateway, "B1");
            Concurrently.run(() -> source.set(Setup.endpoint("x", b2.port()))).join(); // The same id has moved.
            awaitAnswerer(gateway, "B2");
            Concurrently.run(8, thread -> {
                        for (int i = 0; i < 200; i++) {
                            source.set(Setup.endpoint("t" + thread, b2.port()), Setup.endpoint("u" + i, b2.port()));
                        }
                    })
                    .join();
            assertThat(Setup.tally(gateway, "a", 100)).containsEntry("B2", 100);
            source.set();
            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(503));
            gateway.penstock().close();
        }
    }
}
