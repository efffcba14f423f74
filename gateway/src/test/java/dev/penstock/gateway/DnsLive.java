package dev.penstock.gateway;

import static dev.penstock.discovery.dns.Records.a;

import dev.penstock.discovery.dns.KnotServer;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.xbill.DNS.Record;

/** A real nameserver, asked once a second. What it had before a crash is in its zone file when it comes back. */
final class DnsLive implements LiveSource {
    private static final Duration GOAL = Duration.ofMillis(1_200);
    private static final int TTL = 60;
    private static final String ZONE = """
            $ORIGIN lb.test.
            $TTL 2
            @ SOA ns hostmaster 1 60 60 3600 1
            @ NS ns
            ns A 127.0.0.1
            """;

    private final Path directory;
    private final LoopbackBackends backends = LoopbackBackends.atAddresses(4);
    private final Map<Integer, Set<Integer>> lanes = new ConcurrentHashMap<>();
    private final KnotServer server;

    private DnsLive(Path directory) {
        this.directory = directory;
        server = KnotServer.start(directory);
    }

    static DnsLive start(Path directory) {
        return new DnsLive(directory);
    }

    @Override
    public String name() {
        return "dns";
    }

    @Override
    public Optional<String> discover(int lane) {
        return Optional.of("dns://" + server.address() + "/" + domain(lane) + ":" + backends.port() + "?interval=1s");
    }

    private static String domain(int lane) {
        return "lane" + lane + ".lb.test";
    }

    @Override
    public List<Change> cycle(int lane) {
        return List.of(
                change("address added", true, () -> put(lane, 1)),
                change("address removed", false, () -> take(lane, 1)));
    }

    @Override
    public Duration spacing() {
        return Duration.ofSeconds(1);
    }

    private Change change(String kind, boolean appears, Runnable action) {
        return new Change("dns " + kind, appears, GOAL, () -> {
            action.run();
            return new Shown(answer(1), Ticker.system().nanos());
        });
    }

    @Override
    public void put(int lane, int backend) {
        Set<Integer> has = of(lane);
        has.add(backend);
        tell(lane, has);
    }

    @Override
    public void take(int lane, int backend) {
        Set<Integer> has = of(lane);
        has.remove(backend);
        tell(lane, has);
    }

    private Set<Integer> of(int lane) {
        return lanes.computeIfAbsent(lane, key -> new TreeSet<>());
    }

    private void tell(int lane, Set<Integer> has) {
        server.put(has.stream()
                .map(backend -> a(domain(lane), TTL, answer(backend)))
                .toArray(Record[]::new));
    }

    @Override
    public LoopbackBackends backends() {
        return backends;
    }

    @Override
    public void down() {
        server.kill();
    }

    @Override
    public Set<Integer> changeWhileAway(int lane, Set<Integer> now, Set<Integer> wanted) {
        lanes.put(lane, new TreeSet<>(wanted));
        return wanted;
    }

    @Override
    public void up() {
        var zone = new StringBuilder(ZONE);
        new TreeMap<>(lanes)
                .forEach((lane, has) -> has.forEach(backend -> zone.append("lane" + lane)
                        .append(" " + TTL + " A ")
                        .append(answer(backend))
                        .append('\n')));
        try {
            Files.writeString(directory.resolve("lb.test.zone"), zone);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.restart();
    }

    @Override
    public void close() {
        server.close();
        backends.close();
    }
}
