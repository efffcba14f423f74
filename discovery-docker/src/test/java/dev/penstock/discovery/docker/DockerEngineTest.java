package dev.penstock.discovery.docker;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.RequiresTool;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real engine. */
class DockerEngineTest {
    @TempDir
    static Path directory;

    private static DockerEngine engine;

    @BeforeAll
    static void start() {
        engine = DockerEngine.start(directory);
    }

    @AfterAll
    static void stop() {
        if (engine != null) {
            engine.close();
        }
    }

    @AfterEach
    void remove() {
        List<String> ids = engine.run("ps", "-aq").lines().toList();
        for (String id : ids) {
            engine.run("rm", "-f", id);
        }
    }

    private static Watched open(String options) {
        return Watched.open("docker://" + engine.socket() + "?ports=8080" + options);
    }

    @Test
    void D01_containersByVariable_areFound() {
        engine.web("one", "-e", "DOMAIN=a.test");
        engine.web("two", "-e", "DOMAIN=a.test,b.test");
        engine.web("three");
        try (Watched watched = open("")) {
            String two = engine.published("two");
            eventually(
                    Watched.SOON,
                    () -> assertThat(watched.endpoints())
                            .isEqualTo(Map.of(
                                    "a.test@docker",
                                    Set.of(engine.published("one"), two),
                                    "b.test@docker",
                                    Set.of(two))));
        }
    }

    @Test
    void D08_portOnAllAddresses_isOneEndpoint() {
        engine.run("run", "-d", "--init", "--name", "all", "-e", "DOMAIN=a.test", "-p", "8080", DockerEngine.IMAGE);
        String port = engine.published("all").lines().findFirst().orElseThrow().replaceFirst(".*:", "");
        try (Watched watched = open("")) {
            watched.await("a.test 127.0.0.1:" + port);
        }
    }

    @Test
    void D12_startStopAndRestart_areFollowed() {
        try (Watched watched = open("&poll=1h")) {
            eventually(Watched.SOON, () -> assertThat(watched.state()).isNotNull());
            engine.web("one", "-e", "DOMAIN=a.test");
            watched.await("a.test " + engine.published("one"));
            engine.run("restart", "-t", "1", "one");
            watched.await("a.test " + engine.published("one"));
            engine.run("rename", "one", "other");
            engine.run("pause", "other");
            watched.await("a.test");
            engine.run("unpause", "other");
            watched.await("a.test " + engine.published("other"));
            engine.run("rm", "-f", "other");
            watched.await();
        }
    }

    @Test
    void D16_unhealthyContainer_isNoEndpointUntilItIsWell() {
        engine.web(
                "sick",
                "-e",
                "DOMAIN=a.test",
                "--health-cmd=test -e /www/health",
                "--health-interval=1s",
                "--health-retries=1");
        try (Watched watched = open("&poll=1h")) {
            String address = engine.published("sick");
            watched.await("a.test " + address);
            engine.run("exec", "sick", "mv", "/www/health", "/www/gone");
            watched.await("a.test");
            engine.run("exec", "sick", "mv", "/www/gone", "/www/health");
            watched.await("a.test " + address);
        }
    }

    @Test
    void ownAndTraefikLabels_leadToTheContainersAddress() {
        engine.run("network", "create", "front");
        try {
            engine.web(
                    "traefik",
                    "--network=front",
                    "-l",
                    "traefik.http.routers.r.rule=Host(`a.test`) && PathPrefix(`/api`)",
                    "-l",
                    "traefik.http.services.s.loadbalancer.server.port=8080");
            engine.web("own", "-l", "penstock.host=b.test");
            String front = engine.run("inspect", "-f", "{{.NetworkSettings.Networks.front.IPAddress}}", "traefik");
            String bridge = engine.run("inspect", "-f", "{{.NetworkSettings.IPAddress}}", "own");
            try (Watched watched = open("&env=off")) {
                watched.await("own " + bridge + ":8080", "s " + front + ":8080");
                assertThat(watched.routes()).containsExactly("a.test -> s@docker", "b.test -> own@docker");
            }
        } finally {
            remove();
            engine.run("network", "rm", "front");
        }
    }

    @Test
    void D14_engineThatEndsAndComesBack_isFollowed() {
        engine.web("one", "-e", "DOMAIN=a.test");
        try (Watched watched = open("")) {
            String before = engine.published("one");
            watched.await("a.test " + before);
            engine.down();
            eventually(
                    Watched.SOON,
                    () -> assertThat(watched.catalog().report().problem()).isNotEmpty());
            watched.await("a.test " + before);
            engine.up();
            watched.await();
            engine.run("start", "one");
            watched.await("a.test " + engine.published("one"));
        }
    }

    @Test
    void stopOfASlowContainer_isSeenAsDraining() {
        engine.run(
                "run",
                "-d",
                "--name",
                "slow",
                "-e",
                "DOMAIN=a.test",
                "-p",
                "127.0.0.1::8080",
                DockerEngine.IMAGE,
                "/bin/sh",
                "-c",
                "trap '' TERM; /bin/web & while :; do sleep 1; done");
        try (Watched watched = open("&poll=1h")) {
            String address = engine.published("slow");
            watched.await("a.test " + address);
            var stopping = new Thread(() -> engine.run("stop", "-t", "2", "slow"));
            stopping.start();
            watched.await("a.test " + address + " DRAINING");
            watched.await();
        }
    }

    @Test
    void close_leavesNoThreadAndNoConnection() throws Exception {
        engine.web("one", "-e", "DOMAIN=a.test");
        Set<Thread> before = threads();
        long files = files();
        for (int i = 0; i < 5; i++) {
            try (Watched watched = open("")) {
                watched.await("a.test " + engine.published("one"));
            }
        }
        eventually(Watched.SOON, () -> assertThat(threads()).isSubsetOf(before));
        eventually(Watched.SOON, () -> assertThat(files()).isLessThanOrEqualTo(files + 2));
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread ->
                        thread.getThreadGroup() == Thread.currentThread().getThreadGroup())
                .filter(thread -> !thread.getName().startsWith("process reaper"))
                .collect(Collectors.toSet());
    }

    private static long files() throws java.io.IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    @Test
    void D18_swarmService_followsItsTasks() {
        RequiresTool.find("iptables");
        engine.run(
                "swarm",
                "init",
                "--advertise-addr",
                "127.0.0.1",
                "--listen-addr",
                "127.0.0.1:2377",
                "--default-addr-pool",
                "172.29.0.0/20",
                "--default-addr-pool-mask-length",
                "26");
        try {
            engine.run(
                    "service",
                    "create",
                    "-d",
                    "--no-resolve-image",
                    "--name",
                    "web",
                    "-e",
                    "DOMAIN=a.test",
                    "--publish",
                    "mode=host,target=8080",
                    DockerEngine.IMAGE);
            try (Watched watched = open("")) {
                for (int replicas : new int[] {1, 3, 2}) {
                    engine.run("service", "scale", "-d", "web=" + replicas);
                    eventually(
                            Watched.SOON,
                            () -> assertThat(watched.endpoints())
                                    .hasEntrySatisfying(
                                            "a.test@docker",
                                            found -> assertThat(found).hasSize(replicas)));
                }
                engine.run("service", "rm", "web");
                watched.await();
            }
        } finally {
            engine.run("swarm", "leave", "--force");
        }
    }

    @Test
    void D20_labelSelector_followsContainers() {
        engine.web("one", "-l", "app=shop");
        try (Watched watched = open("")) {
            var watch = watched.watch("shop", URI.create("docker://" + engine.socket() + "?label=app=shop"));
            eventually(
                    Watched.SOON, () -> assertThat(watch.current().endpoints()).hasSize(1));
            engine.web("two", "-l", "app=shop");
            eventually(
                    Watched.SOON, () -> assertThat(watch.current().endpoints()).hasSize(2));
            engine.run("rm", "-f", "one");
            eventually(
                    Watched.SOON, () -> assertThat(watch.current().endpoints()).hasSize(1));
        }
    }
}
