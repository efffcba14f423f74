package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.discovery.consul.FakeConsul;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The packaged program with many services, each at the host {@code NAME.test}, and a Consul whose services tests change. What
 * is under {@code target/test-classes} is on its class path, as what a third party adds.
 */
final class PackagedSite implements AutoCloseable {
    private final FakeConsul consul = FakeConsul.start();
    private final StringBuilder routes = new StringBuilder();
    private final StringBuilder services = new StringBuilder();
    private final Packaged program;
    private final int web;
    private final int admin;

    /** Settings of services by their names, as YAML; {@code CONSUL} is where Consul is. */
    PackagedSite(Path directory, Map<String, String> settings) throws IOException {
        settings.forEach((name, yaml) -> {
            routes.append("  - {host: ")
                    .append(name)
                    .append(".test, service: ")
                    .append(name)
                    .append("}\n");
            services.append("  ").append(name).append(": {").append(yaml).append("}\n");
        });
        String text = "listeners: [{address: 127.0.0.1:0, name: web}]\nadmin: 127.0.0.1:0\nroutes:\n" + routes
                + "services:\n" + services + "drain: 0s\n";
        Path file = Files.writeString(
                directory.resolve("site.yaml"), text.replace("CONSUL", "consul://" + consul.address()));
        String classPath = Packaged.JAR + File.pathSeparator + "target/test-classes";
        program = Packaged.command(
                Map.of(),
                List.of(Packaged.JAVA, "-cp", classPath, "dev.penstock.gateway.Main", "run", "-f", file.toString()));
        web = program.port("web http://127.0.0.1:");
        admin = program.port("admin http://127.0.0.1:");
    }

    static String addresses(EchoBackend... backends) {
        return "endpoints: " + Stream.of(backends).map(EchoBackend::address).toList();
    }

    /** What Consul says of a service from now on; it is in effect once the state shows it. */
    void consul(String service, EchoBackend... backends) throws IOException {
        List<Endpoint> endpoints = Stream.of(backends)
                .map(backend -> Endpoint.of("127.0.0.1", backend.port()))
                .toList();
        consul.put(
                "/v1/health/service/" + service,
                FakeConsul.array(endpoints.stream().map(FakeConsul::entry).toList()));
        List<String> expected =
                Stream.of(backends).map(EchoBackend::address).sorted().toList();
        eventually(
                Packaged.SOON,
                () -> assertThat(addresses(service).stream().sorted()).isEqualTo(expected));
    }

    /** Says it and returns at once. */
    void put(String service, int... ports) {
        List<String> entries = new ArrayList<>();
        for (int port : ports) {
            entries.add(FakeConsul.entry(Endpoint.of("127.0.0.1", port)));
        }
        consul.put("/v1/health/service/" + service, FakeConsul.array(entries));
    }

    RawClient connect() {
        return RawClient.connect(web);
    }

    RawClient connect(String localAddress) {
        return RawClient.connect(localAddress, web);
    }

    /** Sends so many requests one after another on one connection, and says who answered how often. */
    Map<String, Integer> tally(String service, int requests) throws IOException {
        Map<String, Integer> counts = new TreeMap<>();
        try (var client = connect()) {
            for (int i = 0; i < requests; i++) {
                counts.merge(client.get(service + ".test", "/").echo().backend(), 1, Integer::sum);
            }
        }
        return counts;
    }

    int status(String service) throws IOException {
        try (var client = connect()) {
            return client.get(service + ".test", "/").status();
        }
    }

    /** A request that is not read yet. */
    RawClient begin(String service) throws IOException {
        return connect().send("GET / HTTP/1.1\r\nHost: " + service + ".test\r\n\r\n");
    }

    /** What the state says of a service. */
    JsonNode state(String service) throws IOException {
        try (var client = RawClient.connect(admin)) {
            JsonNode state =
                    new ObjectMapper().readTree(client.get("admin", "/state").text());
            for (JsonNode node : state.path("services")) {
                if (node.path("name").asText().equals(service)) {
                    return node;
                }
            }
            throw new AssertionError("no service " + service + ": " + state);
        }
    }

    /** What the state says of one of its endpoints. */
    JsonNode state(String service, EchoBackend of) throws IOException {
        for (JsonNode endpoint : state(service).path("endpoints")) {
            if (endpoint.path("address").asText().equals(of.address())) {
                return endpoint;
            }
        }
        throw new AssertionError("no endpoint " + of.address());
    }

    List<String> addresses(String service) throws IOException {
        List<String> addresses = new ArrayList<>();
        state(service)
                .path("endpoints")
                .forEach(node -> addresses.add(node.path("address").asText()));
        return addresses;
    }

    void awaitEligible(String service, EchoBackend of, boolean eligible) {
        eventually(
                Packaged.SOON,
                () -> assertThat(state(service, of).path("eligible").asBoolean())
                        .isEqualTo(eligible));
    }

    void awaitInFlight(String service, int count) {
        eventually(Packaged.SOON, () -> {
            int sum = 0;
            for (JsonNode endpoint : state(service).path("endpoints")) {
                sum += endpoint.path("inFlight").asInt();
            }
            assertThat(sum).isEqualTo(count);
        });
    }

    /** What the program holds, but for connections of its listeners and of these ports. */
    Vitals vitals(Set<Integer> backends) {
        Set<Integer> traffic = new TreeSet<>(backends);
        traffic.addAll(Set.of(web, admin));
        return Vitals.of(program.pid(), traffic);
    }

    long heapKib() {
        return Vitals.heapKib(program.pid());
    }

    String log() {
        return program.err();
    }

    /** Does something on so many threads at the same time; what fails there fails here. */
    static void together(int threads, Task task) throws Exception {
        List<FutureTask<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int number = i;
            var one = new FutureTask<Void>(() -> {
                task.run(number);
                return null;
            });
            tasks.add(one);
            var thread = new Thread(one, "client " + i);
            thread.setDaemon(true);
            thread.start();
        }
        for (FutureTask<Void> one : tasks) {
            one.get(Packaged.SOON.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @FunctionalInterface
    interface Task {
        void run(int number) throws Exception;
    }

    /** Ends it as an operator does. */
    @Override
    public void close() throws Exception {
        try {
            program.signal("TERM");
            assertThat(program.status()).as(log()).isZero();
        } finally {
            program.close();
            consul.close();
        }
    }
}
