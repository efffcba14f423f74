package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.docker.FakeContainer;
import dev.penstock.discovery.docker.FakeDocker;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DockerCommandTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int SIGTERM = 15;

    private final FakeDocker docker = new FakeDocker();
    private final EchoBackend one = EchoBackend.start("one");
    private final EchoBackend two = EchoBackend.start("two");
    private final EchoBackend three = EchoBackend.start("three");
    private InProcess program = new InProcess(Map.of());
    private CompletableFuture<Integer> running = CompletableFuture.completedFuture(0);

    @TempDir
    Path directory;

    @AfterEach
    void close() throws Exception {
        program.signal(SIGTERM);
        assertThat(InProcess.status(running)).as(program.err()).isZero();
        docker.close();
        one.close();
        two.close();
        three.close();
    }

    private int start(Map<String, String> variables, String... arguments) {
        program = new InProcess(variables);
        running = program.start(arguments);
        eventually(SOON, () -> assertThat(program.out() + program.err()).contains("\n"));
        assertThat(program.out()).as(program.err()).startsWith("penstock ");
        return Integer.parseInt(program.out().replaceFirst("(?s).*web http://[^ ]*:([0-9]+) .*", "$1"));
    }

    private int start(String... options) {
        List<String> arguments = new ArrayList<>(
                List.of("docker", "--admin=off", "--port=0", "--docker-endpoint=tcp://" + docker.address()));
        arguments.addAll(List.of(options));
        return start(Map.of(), arguments.toArray(String[]::new));
    }

    private static RawResponse get(int port, String host) {
        try (var client = RawClient.connect(port)) {
            return client.get(host, "/");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitNames(int port, String host, String... names) {
        eventually(SOON, () -> {
            var seen = new TreeSet<String>();
            for (int i = 0; i < 8; i++) {
                RawResponse response = get(port, host);
                seen.add(response.status() == 200 ? response.text().split("\\s", 2)[0] : "" + response.status());
            }
            assertThat(seen).containsExactlyInAnyOrder(names);
        });
    }

    private static FakeContainer web(String name, String domain, EchoBackend backend) {
        return FakeContainer.named(name).env("DOMAIN=" + domain).published(backend.port(), 80);
    }

    @Test
    void D01_readmeExample_isServed() {
        try (var other = EchoBackend.start("other")) {
            docker.start(
                    web("a", "www.example.com", one),
                    web("b", "www.example.com", two),
                    FakeContainer.named("c").env("DOMAIN=www.foobar.com").published(three.port(), 8983),
                    FakeContainer.named("d").published(other.port(), 80),
                    FakeContainer.named("e").env("DOMAIN=www.baz.com"));
            int port = start();
            awaitNames(port, "www.example.com", "one", "two");
            awaitNames(port, "www.foobar.com", "three");
            assertThat(get(port, "www.baz.com").status()).isEqualTo(503);
            assertThat(other.requests()).isZero();
        }
    }

    @Test
    void D10_dockerHost_isUsedUnlessAFlagSaysOtherwise() {
        docker.start(web("a", "a.test", one));
        int port = start(Map.of("DOCKER_HOST", "http://" + docker.address()), "docker", "--admin=off", "--port=0");
        awaitNames(port, "a.test", "one");
        program.signal(SIGTERM);
        port = start(
                Map.of("DOCKER_HOST", "tcp://127.0.0.1:1"),
                "docker",
                "--admin=off",
                "--port=0",
                "--docker-endpoint=http://" + docker.address());
        awaitNames(port, "a.test", "one");
    }

    @Test
    void D14_daemonDown_answers503UntilItIsThereAndServesOnWithoutIt() {
        docker.start(web("a", "a.test", one)).down();
        int port = start();
        assertThat(get(port, "a.test").status()).isEqualTo(503);
        docker.up();
        awaitNames(port, "a.test", "one");
        docker.down();
        awaitNames(port, "a.test", "one");
        docker.stop(web("a", "a.test", one)).start(web("b", "a.test", two));
        docker.up();
        awaitNames(port, "a.test", "two");
    }

    @Test
    void X01_marcosCommandLine_starts() {
        docker.start(
                FakeContainer.named("a").env("VHOST=a.test").published(one.port(), 9000),
                FakeContainer.named("b").env("VHOST=b.test").published(two.port(), 80));
        int port = start("--balancer=round", "--docker-ports=9000", "--docker-domain-env=VHOST");
        awaitNames(port, "a.test", "one");
        assertThat(get(port, "b.test").status()).isEqualTo(503);
    }

    @Test
    void allowHost_limitsWhatContainersClaim() {
        docker.start(web("a", "www.a.test", one), web("b", "b.test", two));
        int port = start("--allow-host=*.a.test");
        awaitNames(port, "www.a.test", "one");
        assertThat(get(port, "b.test").status()).isEqualTo(503);
    }

    @Test
    void C11_catalogOfAFile_neverShadowsItsRoutes() throws Exception {
        docker.start(web("a", "own.a.test", two), web("b", "more.a.test", two), web("c", "evil.test", two));
        Path file = Files.writeString(directory.resolve("penstock.yaml"), """
                listeners: [{address: 127.0.0.1:0, name: web}]
                routes: [{host: own.a.test, service: site}]
                services: {site: {endpoints: [OWN]}}
                catalogs: [{from: "docker://DAEMON", allowHosts: ["*.a.test"]}]
                admin: off
                """.replace("OWN", one.address())
                .replace("DAEMON", docker.address()));
        int port = start(Map.of(), "run", "-f", file.toString());
        awaitNames(port, "more.a.test", "two");
        assertThat(get(port, "own.a.test").text()).startsWith("one");
        assertThat(get(port, "evil.test").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--docker-endpoint=ssh://host",
                "--docker-endpoint=npipe:////./pipe/docker_engine",
                "--docker-endpoint=tcp://host:99999",
                "--docker-ports=eighty",
                "--docker-ports=80,0",
                "--docker-domain-env=A=B",
                "--docker-address=both",
                "--docker-swarm=maybe",
                "--docker-poll=1",
                "--docker-host-address=a/b",
                "--balancer=nope",
                "--allow-host=a b",
                "--no-route=500",
                "--port=65536"
            })
    void X01_badOptions_areUsageAndStatus2(String option) {
        assertThat(program.run("docker", "--docker-endpoint=unix:///nowhere", option))
                .isEqualTo(2);
        assertThat(program.err()).startsWith("penstock: ");
        assertThat(program.out()).isEmpty();
    }

    @Test
    void C11_serviceOfAFile_namesDocker() throws Exception {
        FakeContainer first = FakeContainer.named("a").label("app", "shop").published(one.port(), 80);
        FakeContainer second = FakeContainer.named("b").label("app", "shop").published(two.port(), 80);
        docker.start(first);
        Path file = Files.writeString(directory.resolve("penstock.yaml"), """
                listeners: [{address: 127.0.0.1:0, name: web}]
                routes: [{service: site}]
                services: {site: {discover: ["docker://DAEMON?label=app=shop&address=published"]}}
                admin: off
                """.replace("DAEMON", docker.address()));
        int port = start(Map.of(), "run", "-f", file.toString());
        awaitNames(port, "x.test", "one");
        docker.start(second);
        awaitNames(port, "x.test", "one", "two");
        docker.stop(first);
        awaitNames(port, "x.test", "two");
    }

    @Test
    void C11_catalogOfAFile_isDocker() throws Exception {
        docker.start(web("a", "a.test", one), web("b", "site.test", two));
        Path file = Files.writeString(directory.resolve("penstock.yaml"), """
                listeners: [{address: 127.0.0.1:0, name: web}]
                catalogs: [{from: "docker://DAEMON"}]
                routes: [{host: site.test, service: site}]
                services: {site: {endpoints: ["OWN"]}}
                admin: off
                """.replace("DAEMON", docker.address())
                .replace("OWN", three.address()));
        int port = start(Map.of(), "run", "-f", file.toString());
        awaitNames(port, "a.test", "one");
        awaitNames(port, "site.test", "three"); // a container never shadows the file
    }
}
