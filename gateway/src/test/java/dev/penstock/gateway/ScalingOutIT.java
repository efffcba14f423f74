package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.consul.ConsulServer;
import dev.penstock.discovery.etcd.EtcdServer;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three packaged programs with the files of {@code docs/scaling-out.md}, which follow one key of a real etcd, or of a real Consul. */
@Timeout(300)
class ScalingOutIT {
    private static final int GATEWAYS = 3;
    private static final String KEY = "/penstock/gateway";
    private static final String OLD = "an old key of cookies";
    private static final String NEW = "a new key of cookies";
    private static final Pattern YAML = Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL);

    private final List<EchoBackend> backends =
            List.of(EchoBackend.start("b1"), EchoBackend.start("b2"), EchoBackend.start("b3"));
    private final List<Gateway> gateways = new ArrayList<>();

    @TempDir
    Path folder;

    private Registry registry;
    private Path file;
    private String shared;

    /** Where the text is that all follow. */
    private interface Registry extends AutoCloseable {
        void put(String text);

        void start();

        void stop();

        String catalog();

        @Override
        void close();
    }

    private record Etcd(EtcdServer server) implements Registry {
        @Override
        public void put(String text) {
            server.put("v3", KEY, text);
        }

        @Override
        public void start() {
            server.start();
        }

        @Override
        public void stop() {
            server.stop();
        }

        @Override
        public String catalog() {
            return "config+etcd://" + server.address() + KEY;
        }

        @Override
        public void close() {
            server.close();
        }
    }

    private record Consul(ConsulServer server) implements Registry {
        @Override
        public void put(String text) {
            server.client().setKVValue(KEY.substring(1), text);
        }

        @Override
        public void start() {
            server.start();
        }

        @Override
        public void stop() {
            server.stop();
        }

        @Override
        public String catalog() {
            return "config+consulkv://" + server.address() + KEY;
        }

        @Override
        public void close() {
            server.close();
        }
    }

    /** One of them. */
    private record Gateway(Packaged program, int web, int admin) {
        RawResponse get(String host, String path, String headers) throws IOException {
            try (var client = RawClient.connect(web)) {
                return client.exchange("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + headers + "\r\n");
            }
        }

        /** Who answers, or the status if nobody does. */
        String answers(String host, String path, String headers) throws IOException {
            RawResponse response = get(host, path, headers);
            return response.status() == 200 ? response.echo().backend() : "" + response.status();
        }

        String told(String path) throws IOException {
            try (var client = RawClient.connect(admin)) {
                return client.get("localhost", path).text().strip();
            }
        }
    }

    private void open(String kind) throws IOException {
        registry = kind.equals("etcd")
                ? new Etcd(EtcdServer.start(folder.resolve(kind)))
                : new Consul(ConsulServer.start(folder.resolve(kind)));
        List<String> shown = YAML.matcher(Files.readString(Path.of("..", "docs", "scaling-out.md")))
                .results()
                .map(block -> block.group(1))
                .toList();
        assertThat(shown).hasSize(2);
        file = Files.writeString(
                folder.resolve("gateway.yaml"),
                shown.get(0)
                        .replace("0.0.0.0:8080", "127.0.0.1:0")
                        .replace("127.0.0.1:9123", "127.0.0.1:0")
                        .replace(
                                "config+etcd://10.0.0.11:2379,10.0.0.12:2379,10.0.0.13:2379/penstock/gateway",
                                registry.catalog())
                        .replace("drain: 20s", "drain: 0s"));
        shared = shown.get(1);
        for (int i = 0; i < backends.size(); i++) {
            shared = shared.replace(
                    "10.0.1." + (i + 1) + ":8000", backends.get(i).address());
        }
        assertThat(shared).doesNotContain("10.0.");
    }

    @AfterEach
    void close() {
        gateways.forEach(gateway -> gateway.program().close());
        backends.forEach(EchoBackend::close);
        if (registry != null) { // none where its program is missing
            registry.close();
        }
    }

    private Gateway start(String keys) {
        return start(Map.of("LB_KEYS", keys));
    }

    private Gateway start(Map<String, String> variables) {
        Packaged program = Packaged.command(
                variables, List.of(Packaged.JAVA, "-Xmx128m", "-jar", Packaged.JAR, "run", "-f", file.toString()));
        var gateway =
                new Gateway(program, program.port("web http://127.0.0.1:"), program.port("admin http://127.0.0.1:"));
        gateways.add(gateway);
        return gateway;
    }

    private void startAll(String kind) throws IOException {
        startAll(kind, Map.of("LB_KEYS", OLD));
    }

    private void startAll(String kind, Map<String, String> variables) throws IOException {
        open(kind);
        put(shared);
        for (int i = 0; i < GATEWAYS; i++) {
            start(variables);
        }
        awaitAll("shop.example.com", Set.of("b1", "b2", "b3"));
    }

    private void put(String text) {
        registry.put(text);
    }

    /** Waits until each of them has all these answer a host, and nobody else. */
    private void awaitAll(String host, Set<String> answers) {
        for (Gateway gateway : gateways) {
            eventually(Packaged.SOON, () -> {
                Set<String> seen = new HashSet<>();
                for (int i = 0; i < 12; i++) {
                    seen.add(gateway.answers(host, "/", ""));
                }
                assertThat(seen).as(gateway.program().err()).isEqualTo(answers);
            });
        }
    }

    private Gateway restart(int index, String keys) throws Exception {
        Gateway before = gateways.get(index);
        before.program().signal("TERM");
        assertThat(before.program().status()).as(before.program().err()).isZero();
        Gateway after = start(keys);
        gateways.remove(after);
        gateways.set(index, after);
        eventually(Packaged.SOON, () -> assertThat(after.told("/status")).isEqualTo("OK"));
        return after;
    }

    @ParameterizedTest
    @ValueSource(strings = {"etcd", "consul"})
    void C06_change_reachesAllGateways_alsoAfterTheRegistryWasAway(String kind) throws Exception {
        startAll(kind);
        String changed = shared.replace("shop.example.com", "new.example.com");
        put(changed);
        awaitAll("new.example.com", Set.of("b1", "b2", "b3"));
        awaitAll("shop.example.com", Set.of("404"));

        registry.stop();
        for (Gateway gateway : gateways) {
            eventually(Packaged.SOON, () -> assertThat(gateway.told("/state")).contains("\"problem\""));
            assertThat(gateway.told("/status")).isEqualTo("OK");
            assertThat(gateway.answers("new.example.com", "/", "")).startsWith("b");
        }
        gateways.get(0).program().signal("KILL");
        Gateway late = start(OLD);
        gateways.remove(0);
        assertThat(late.told("/status")).isEqualTo("INITIALIZING");
        assertThat(late.answers("new.example.com", "/", "")).isEqualTo("404");

        registry.start();
        put(shared.replace("shop.example.com", "newest.example.com"));
        awaitAll("newest.example.com", Set.of("b1", "b2", "b3"));
        eventually(Packaged.SOON, () -> assertThat(late.told("/status")).isEqualTo("OK"));
    }

    @Test
    void B09_keysAndCookies_leadToTheSameEndpoint_throughEachGateway_alsoWhileKeysAreReplaced() throws Exception {
        startAll("etcd");
        Map<String, String> byPath = new HashMap<>();
        for (int i = 0; i < 60; i++) {
            String path = "/" + i;
            byPath.put(path, gateways.get(0).answers("cache.example.com", path, ""));
            for (Gateway gateway : gateways) {
                assertThat(gateway.answers("cache.example.com", path, "")).isEqualTo(byPath.get(path));
            }
        }
        assertThat(byPath.values()).contains("b1", "b2", "b3");

        Map<String, String> clients = clients();
        everyGatewayHonours(clients);

        for (String keys : List.of(OLD + "," + NEW, NEW + "," + OLD)) { // as the document has it
            for (int i = 0; i < GATEWAYS; i++) {
                restart(i, keys);
                everyGatewayHonours(clients);
            }
        }
        Map<String, String> renewed = renewed(clients);
        for (int i = 0; i < GATEWAYS; i++) {
            restart(i, NEW);
            everyGatewayHonours(renewed);
        }
        RawResponse stale = gateways.get(0)
                .get(
                        "shop.example.com",
                        "/",
                        "Cookie: " + clients.keySet().iterator().next() + "\r\n");
        assertThat(stale.header("Set-Cookie"))
                .as("one by the old key is as none")
                .isPresent();
    }

    @Test
    void B09_keysAreReplaced_byChangesOfTheText_withoutARestart() throws Exception {
        startAll("etcd", Map.of("LB_KEYS", OLD, "LB_BOTH", OLD + "," + NEW, "LB_NEXT", NEW + "," + OLD, "LB_NEW", NEW));
        Map<String, String> clients = clients();
        for (String variable : List.of("LB_BOTH", "LB_NEXT")) {
            putKeysOf(variable, clients);
        }
        putKeysOf("LB_NEW", renewed(clients));
    }

    /** While it spreads, and after, each gateway understands all cookies. */
    private void putKeysOf(String variable, Map<String, String> clients) throws IOException {
        String named = "keys_from=" + variable;
        put(shared.replace("keys_from=LB_KEYS", named));
        everyGatewayHonours(clients);
        for (Gateway gateway : gateways) {
            eventually(Packaged.SOON, () -> assertThat(gateway.told("/state")).contains(named));
        }
        everyGatewayHonours(clients);
    }

    /** Cookies of new clients, with who answers them. */
    private Map<String, String> clients() throws IOException {
        Map<String, String> clients = new HashMap<>();
        for (int i = 0; i < 12; i++) {
            Gateway any = gateways.get(i % GATEWAYS);
            RawResponse first = any.get("shop.example.com", "/", "");
            clients.put(cookie(first), first.echo().backend());
        }
        assertThat(clients).as("of each endpoint one").hasSize(backends.size());
        return clients;
    }

    /** The cookies that they get once another key signs, each from its endpoint. */
    private Map<String, String> renewed(Map<String, String> clients) throws IOException {
        Map<String, String> renewed = new HashMap<>();
        for (Map.Entry<String, String> client : clients.entrySet()) {
            RawResponse answer = gateways.get(0).get("shop.example.com", "/", "Cookie: " + client.getKey() + "\r\n");
            renewed.put(cookie(answer), answer.echo().backend());
        }
        assertThat(renewed)
                .hasSize(backends.size())
                .doesNotContainKeys(clients.keySet().toArray(String[]::new));
        return renewed;
    }

    private static String cookie(RawResponse response) {
        String set = response.header("Set-Cookie").orElseThrow();
        return set.substring(0, set.indexOf(';'));
    }

    private void everyGatewayHonours(Map<String, String> clients) throws IOException {
        for (Gateway gateway : gateways) {
            for (Map.Entry<String, String> client : clients.entrySet()) {
                for (int i = 0; i < 3; i++) {
                    assertThat(gateway.answers("shop.example.com", "/", "Cookie: " + client.getKey() + "\r\n"))
                            .isEqualTo(client.getValue());
                }
            }
        }
    }

    @Test
    void C06_gatewayThatIsKilledUnderLoad_losesItsOwnRequestsInFlight_andNoOthers() throws Exception {
        startAll("etcd");
        int clients = 4;
        List<FailoverClients> all = new ArrayList<>();
        try {
            for (int i = 0; i < GATEWAYS; i++) {
                List<Integer> ports = new ArrayList<>();
                for (int next = 0; next < GATEWAYS; next++) {
                    ports.add(gateways.get((i + next) % GATEWAYS).web());
                }
                all.add(new FailoverClients(clients, "shop.example.com", ports));
            }
            awaitMoreAnswers(all, 200);
            gateways.get(0).program().signal("KILL");
            eventually(
                    Packaged.SOON,
                    () -> assertThat(gateways.get(0).program().isAlive()).isFalse());
            awaitMoreAnswers(all, 500);
        } finally {
            all.forEach(FailoverClients::close);
        }
        assertThat(all.get(0).lost()).as("one request of each client at most").isBetween(1L, (long) clients);
        assertThat(all.get(1).lost()).isZero();
        assertThat(all.get(2).lost()).isZero();
        assertThat(all).allSatisfy(each -> assertThat(each.bad()).isZero());
    }

    private static void awaitMoreAnswers(List<FailoverClients> all, int each) {
        for (FailoverClients clients : all) {
            long before = clients.answered();
            eventually(Packaged.SOON, () -> assertThat(clients.answered()).isGreaterThan(before + each));
        }
    }
}
