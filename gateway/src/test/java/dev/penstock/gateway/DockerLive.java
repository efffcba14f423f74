package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.docker.DockerEngine;
import dev.penstock.testkit.RequiresTool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A real engine whose containers survive it. Kinds of change happen to containers that serve by themselves; the others only
 * claim a port of the machine, behind which a backend goes on answering when they are gone. Either the engine is killed, or
 * the gateway's way to its socket is cut.
 */
final class DockerLive implements LiveSource {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration GOAL = Duration.ofMillis(300);
    private static final String SERVE = "hostname >/www/id; exec /bin/httpd -f -p 8080 -h /www";
    private static final String SERVE_ON_WHEN_TOLD_TO_STOP =
            "trap '' TERM; hostname >/www/id; /bin/httpd -f -p 8080 -h /www & while :; do sleep 1; done";

    private final LoopbackBackends backends = LoopbackBackends.atPorts(4);
    private final Map<String, String> containers = new ConcurrentHashMap<>();
    private final Map<String, String> processes = new ConcurrentHashMap<>();
    private final AtomicInteger made = new AtomicInteger();
    private final boolean cuts;
    private final DockerEngine engine;
    private final UnixRelay relay;
    private final Path socket;

    private DockerLive(Path directory, boolean cuts) {
        this.cuts = cuts;
        engine = DockerEngine.start(directory, "--live-restore");
        Path own = Path.of(engine.socket());
        socket = cuts ? directory.resolve("relay.sock") : own;
        relay = UnixRelay.start(directory.resolve("relay.sock"), own);
    }

    /** An engine that is killed. */
    static DockerLive start(Path directory) {
        return new DockerLive(directory, false);
    }

    /** An engine to which the way is cut. */
    static DockerLive startCut(Path directory) {
        return new DockerLive(directory, true);
    }

    @Override
    public String name() {
        return "docker";
    }

    @Override
    public Optional<String> catalog() {
        return Optional.of("docker://" + socket + "?env=off&hostAddress=127.0.0.1");
    }

    private static String key(int lane, int backend) {
        return "lane" + lane + "-" + backend;
    }

    @Override
    public List<Change> cycle(int lane) {
        var events = new DockerEvents(engine.socket());
        String name = "changing" + lane;
        String slow = "stopping" + lane;
        create(lane, name, SERVE);
        create(lane, slow, SERVE_ON_WHEN_TOLD_TO_STOP);
        return List.of(
                change(events, "container started", true, name, "start"),
                change(events, "container killed", false, name, "kill"),
                change(events, "container started", true, slow, "start"),
                change(events, "container stopped", false, slow, "stop", "-t", "1"));
    }

    private void create(int lane, String name, String command) {
        engine.run(
                "create",
                "--init",
                "--name",
                name,
                "-l",
                "penstock.host=" + host(lane),
                "-l",
                "penstock.service=lane" + lane,
                "-l",
                "penstock.port=8080",
                DockerEngine.IMAGE,
                "/bin/sh",
                "-c",
                command);
    }

    /** A stop and a kill show first as the signal's event. */
    private Change change(DockerEvents events, String kind, boolean appears, String name, String... command) {
        String action = command[0].equals("start") ? "start" : "kill";
        List<String> options = List.of(command);
        String answer = engine.shortId(name);
        return new Change("docker " + kind, appears, GOAL, () -> {
            events.forget(action, name);
            engine.run(Stream.concat(options.stream(), Stream.of(name)).toArray(String[]::new));
            return new Shown(answer, events.await(action, name));
        });
    }

    @Override
    public void put(int lane, int backend) {
        String name = key(lane, backend) + "-" + made.incrementAndGet(); // one that ended may still have the last name
        engine.run(
                "run",
                "-d",
                "--init",
                "--network=host",
                "--name",
                name,
                "-l",
                "penstock.host=" + host(lane),
                "-l",
                "penstock.service=lane" + lane,
                "-l",
                "penstock.port=" + backends.port(backend),
                DockerEngine.IMAGE,
                "sleep",
                "1d");
        containers.put(key(lane, backend), name);
        processes.put(name, engine.run("inspect", "-f", "{{.State.Pid}}", name));
    }

    @Override
    public void take(int lane, int backend) {
        engine.run("rm", "-f", containers.get(key(lane, backend)));
    }

    @Override
    public LoopbackBackends backends() {
        return backends;
    }

    @Override
    public void down() {
        if (cuts) {
            relay.cut();
        } else {
            engine.down();
        }
    }

    /** With the engine away containers can only end, by themselves. */
    @Override
    public Set<Integer> changeWhileAway(int lane, Set<Integer> now, Set<Integer> wanted) {
        Set<Integer> going =
                now.stream().filter(backend -> !wanted.contains(backend)).collect(Collectors.toSet());
        if (cuts) {
            going.forEach(backend -> take(lane, backend));
            wanted.stream().filter(backend -> !now.contains(backend)).forEach(backend -> put(lane, backend));
            return wanted;
        }
        for (int backend : going) {
            String process = processes.get(containers.get(key(lane, backend)));
            RequiresTool.run("kill", "-9", process);
            eventually(
                    SOON,
                    () -> assertThat(RequiresTool.run("kill", "-0", process).status())
                            .isNotZero());
        }
        Set<Integer> left = new TreeSet<>(now);
        left.retainAll(wanted);
        return left;
    }

    @Override
    public void up() {
        if (cuts) {
            relay.mend();
        } else {
            engine.up();
        }
    }

    @Override
    public void close() {
        relay.close();
        engine.close();
        backends.close();
    }
}
