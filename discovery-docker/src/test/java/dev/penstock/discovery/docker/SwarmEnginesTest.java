package dev.penstock.discovery.docker;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.RequiresTool;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Against a swarm of two real engines, run by tools/servers/swarm; skipped where they are not installed. */
@Tag("slow")
@Isolated // it takes the machine
class SwarmEnginesTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    /** A manager goes on to list the tasks of a node that is down, as such that are to stop. */
    private static final String LEAVING = " DRAINING";

    @TempDir
    Path directory;

    private String script(String what, String... more) {
        Path here = Path.of("").toAbsolutePath();
        Path script = here.resolve("tools/servers/swarm");
        Path found = Files.exists(script) ? script : here.getParent().resolve("tools/servers/swarm");
        RequiresTool.Run run = RequiresTool.run(
                "bash",
                Stream.concat(Stream.of(found.toString(), what, directory.toString()), Stream.of(more))
                        .toArray(String[]::new));
        assertThat(run.status()).as(run.output()).isZero();
        return run.output().strip();
    }

    private static void docker(String socket, String... arguments) {
        RequiresTool.Run run = RequiresTool.run(
                "docker",
                Stream.concat(Stream.of("-H", "unix://" + socket), Stream.of(arguments))
                        .toArray(String[]::new));
        assertThat(run.status()).as(run.command() + ": " + run.output()).isZero();
    }

    @Test
    void D18_servicesOfTwoEngines_areFollowedThroughScalingDrainAndABrokenCable() {
        for (String program : List.of("dockerd", "docker", "busybox", "ip", "curl", "nsenter", "unshare")) {
            RequiresTool.find(program);
        }
        RequiresTool.find(RequiresTool.run("id", "-u").output().strip().equals("0") ? "dockerd" : "root");
        try {
            String socket = script("start", "2");
            docker(
                    socket,
                    ("service create -d --name web --replicas 2 --endpoint-mode dnsrr --publish mode=host,target=8080"
                                    + " --env DOMAIN=a.test --stop-grace-period 1s penstock-web")
                            .split(" ", -1));
            try (Watched watched = Watched.open("docker://" + socket + "?ports=8080")) {
                await(watched, 2, 2);
                docker(socket, "service", "scale", "-d", "web=3");
                await(watched, 3, 2);
                docker(socket, "node", "update", "--availability", "drain", "node2");
                await(watched, 3, 1);
                docker(socket, "node", "update", "--availability", "active", "node2");
                docker(socket, "service", "scale", "-d", "web=1");
                await(watched, 1, 1);
                docker(socket, "service", "scale", "-d", "web=4");
                await(watched, 4, 2);
                script("cut", "2");
                await(watched, 4, 1);
                script("join", "2");
                docker(socket, "service", "rm", "web");
                eventually(LONG, () -> assertThat(watched.endpoints()).isEmpty());
            }
        } finally {
            script("stop");
        }
    }

    /** Until requests go to so many endpoints on so many nodes, each of which answers with a name of its own. */
    private static void await(Watched watched, int endpoints, int nodes) {
        var client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
        eventually(LONG, () -> {
            Set<String> addresses = endpoints(watched);
            assertThat(addresses).hasSize(endpoints);
            Set<String> hosts = addresses.stream()
                    .map(address -> address.replaceFirst(":.*", ""))
                    .collect(Collectors.toSet());
            assertThat(hosts).hasSize(nodes);
            Set<String> names =
                    addresses.stream().map(address -> name(client, address)).collect(Collectors.toSet());
            assertThat(names).hasSize(endpoints);
        });
    }

    private static Set<String> endpoints(Watched watched) {
        return watched.endpoints().getOrDefault("a.test@docker", Set.of()).stream()
                .filter(address -> !address.endsWith(LEAVING))
                .collect(Collectors.toSet());
    }

    /** What the web server there calls itself. */
    private static String name(HttpClient client, String address) {
        try {
            var request = HttpRequest.newBuilder(URI.create("http://" + address + "/cgi-bin/id"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString())
                    .body()
                    .strip();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(address, e);
        }
    }
}
