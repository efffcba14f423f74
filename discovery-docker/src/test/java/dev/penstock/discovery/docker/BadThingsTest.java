package dev.penstock.discovery.docker;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.UriOptions;
import dev.penstock.testkit.SeededRandomness;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Ticker;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One bad container, event or moment disturbs nothing else. */
class BadThingsTest {
    private static final Duration SOON = Duration.ofSeconds(40);

    private final FakeDocker docker = new FakeDocker();

    @AfterEach
    void close() {
        docker.close();
    }

    private static FakeContainer web(String name, int publicPort) {
        return FakeContainer.named(name).env("DOMAIN=a.test").published(publicPort, 80);
    }

    static Stream<Arguments> badLabels() {
        return Stream.of(
                Arguments.of(Map.of("penstock.routes..host", "b.test"), "route name"),
                Arguments.of(Map.of("traefik.http.routers..rule", "Host(`b.test`)"), "route name"),
                Arguments.of(traefik("my app"), "service name"),
                Arguments.of(
                        Map.of(
                                "com.docker.compose.service", "my app",
                                "com.docker.compose.project", "shop",
                                "com.docker.compose.oneoff", "True",
                                "penstock.host", "b.test"),
                        "service name"),
                Arguments.of(Map.of("penstock.host", "b.test", "penstock.service", "s".repeat(250)), "service name"),
                Arguments.of(traefik("my\u2003app"), "service name"),
                Arguments.of(traefik("my\u0085app"), "service name"));
    }

    private static Map<String, String> traefik(String service) {
        return Map.of(
                "traefik.http.services." + service + ".loadbalancer.server.port",
                "80",
                "traefik.http.routers.r.rule",
                "Host(`b.test`)");
    }

    @ParameterizedTest
    @MethodSource("badLabels")
    void badLabel_isReportedAndTheOthersWork(Map<String, String> labels, String problem) {
        docker.start(
                web("good", 32_001), FakeContainer.named("bad").labels(labels).published(32_002, 80));
        try (Watched watched = Watched.open("docker://" + docker.address())) {
            eventually(SOON, () -> assertThat(watched.routes()).containsExactly("a.test -> a.test@docker"));
            eventually(
                    SOON,
                    () -> assertThat(watched.catalog().report().skipped())
                            .anyMatch(line -> line.startsWith("container bad: ") && line.contains(problem)));
            assertThat(watched.catalog().report().problem()).isEmpty();
        }
    }

    @Test
    void inspectionThatHangs_isThatContainersProblem() {
        hangs("docker://" + docker.address());
    }

    @Test
    void inspectionThatHangs_isThatContainersProblemOnAUnixSocketToo(@TempDir Path directory) throws IOException {
        Path path = directory.resolve("d.sock");
        try (var bridge = new Bridge(path, docker.port())) {
            hangs("docker://" + path);
            assertThat(bridge.connections.get()).isPositive();
        }
    }

    private void hangs(String uri) {
        FakeContainer stuck = web("stuck", 32_002);
        String path = "/containers/" + stuck.id + "/json";
        docker.start(web("good", 32_001), stuck).hang(path);
        try (Watched watched = Watched.open(uri + "?timeout=2s&poll=300ms&address=published")) {
            eventually(SOON, () -> assertThat(watched.texts()).containsExactly("a.test 127.0.0.1:32001"));
            eventually(
                    SOON,
                    () -> assertThat(watched.catalog().report().skipped())
                            .anyMatch(line -> line.startsWith("container stuck: inspection: ")));
            assertThat(watched.catalog().report().problem()).isEmpty();
            docker.start(web("third", 32_003));
            eventually(
                    SOON, () -> assertThat(watched.texts()).containsExactly("a.test 127.0.0.1:32001, 127.0.0.1:32003"));
            docker.works(path);
            eventually(
                    SOON,
                    () -> assertThat(watched.texts())
                            .containsExactly("a.test 127.0.0.1:32001, 127.0.0.1:32002, 127.0.0.1:32003"));
        }
    }

    /** A unix socket before a port. */
    private static final class Bridge implements AutoCloseable {
        private final ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        private final ExecutorService threads = Executors.newCachedThreadPool();
        private final List<Closeable> open = new CopyOnWriteArrayList<>();
        private final AtomicInteger connections = new AtomicInteger();

        private Bridge(Path path, int port) throws IOException {
            server.bind(UnixDomainSocketAddress.of(path));
            threads.execute(() -> {
                try {
                    while (true) {
                        SocketChannel from = server.accept();
                        connections.incrementAndGet();
                        var to = new Socket(InetAddress.getLoopbackAddress(), port);
                        open.addAll(List.of(from, to));
                        threads.execute(() -> copy(
                                from, to, () -> Channels.newInputStream(from).transferTo(to.getOutputStream())));
                        threads.execute(() -> copy(from, to, () -> {
                            byte[] bytes = new byte[8192];
                            for (int n = to.getInputStream().read(bytes);
                                    n >= 0;
                                    n = to.getInputStream().read(bytes)) {
                                from.write(java.nio.ByteBuffer.wrap(bytes, 0, n));
                            }
                            return null;
                        }));
                    }
                } catch (IOException e) {
                    open.clear(); // closed
                }
            });
        }

        private static void copy(SocketChannel from, Socket to, java.util.concurrent.Callable<?> copying) {
            try (from;
                    to) {
                copying.call();
            } catch (Exception e) {
                return; // one of them is gone
            }
        }

        @Override
        public void close() throws IOException {
            for (Closeable one : open) {
                one.close();
            }
            server.close();
            threads.shutdownNow();
        }
    }

    @Test
    void pauseAfterSlowTells_hasAnEnd() {
        assertThat(Daemon.pauseAfter(Duration.ofMillis(7), 10)).isEqualTo(Duration.ofMillis(70));
        assertThat(Daemon.pauseAfter(Duration.ofSeconds(7), 10)).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void endlessEvent_isCutAndTheStreamOpenedAgain() {
        docker.start(web("one", 32_001));
        try (Watched watched = Watched.open("docker://" + docker.address() + "?poll=1h")) {
            watched.await("a.test 127.0.0.1:32001");
            eventually(SOON, () -> assertThat(docker.streams()).isPositive());
            docker.put(web("two", 32_002)); // nobody is told
            docker.send("{\"Type\":\"" + "x".repeat(2_000_000));
            eventually(
                    SOON, () -> assertThat(watched.texts()).containsExactly("a.test 127.0.0.1:32001, 127.0.0.1:32002"));
            eventually(SOON, () -> assertThat(opened()).isGreaterThan(1));
        }
    }

    @Test
    void manyEvents_areNotCut() {
        var seen = new AtomicInteger();
        events(event -> seen.incrementAndGet(), () -> {
            for (int i = 0; i < 40; i++) {
                docker.event("container", "start", "ab", Map.of("label", "x".repeat(100_000)));
            }
            eventually(SOON, () -> assertThat(seen).hasValue(40));
            assertThat(opened()).isEqualTo(1);
        });
    }

    @Test
    void errorOfAnObserver_endsTheStreamProperly() {
        var ended = new AtomicInteger();
        events(
                event -> {
                    ended.incrementAndGet();
                    throw new StackOverflowError("of a test");
                },
                () -> {
                    docker.event("container", "start", "ab", Map.of());
                    eventually(SOON, () -> assertThat(ended).hasValue(1));
                    eventually(SOON, () -> assertThat(problem).contains("of a test"));
                });
    }

    @Test
    void event_isCountedWhenItIsKnown() {
        List<Long> counts = new CopyOnWriteArrayList<>();
        events(event -> counts.add(count()), () -> {
            docker.event("container", "start", "ab", Map.of());
            eventually(SOON, () -> assertThat(counts).containsExactly(0L));
            eventually(SOON, () -> assertThat(count()).isEqualTo(1));
        });
    }

    private volatile @Nullable Events current;
    private volatile String problem = "";

    private void events(Consumer<com.fasterxml.jackson.databind.JsonNode> observer, Runnable test) {
        var uri = URI.create("docker://" + docker.address());
        var host = DockerHost.of(uri, UriOptions.of(uri, DockerUri.CATALOG), Watched.NOWHERE);
        try (var threads = ControlThreads.create();
                var api = new DockerApi(host, Duration.ofSeconds(10), 1_000_000)) {
            var context = new DiscoveryContext(Ticker.system(), threads, new SeededRandomness(1));
            try (var events = new Events(api, context, observer, this::ended)) {
                current = events;
                open(events);
                test.run();
            }
        }
    }

    private void ended() {
        Events known = current;
        problem = known == null ? "" : problem + known.problem();
    }

    private long count() {
        Events known = current;
        return known == null ? -1 : known.count();
    }

    private void open(Events events) {
        eventually(SOON, () -> {
            try {
                events.ensureOpen();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            assertThat(docker.streams()).isEqualTo(1);
            assertThat(events.isOpen()).isTrue();
        });
    }

    private long opened() {
        return docker.requests().stream()
                .filter(request -> request.endsWith("/events"))
                .count();
    }
}
