package dev.penstock.discovery.docker;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * The part of Docker's API that is read here, on a loopback port, with faults on demand. Thread-safe.
 *
 * <p>Form of answers and events: <a href="https://docs.docker.com/reference/api/engine/version/v1.41/">Engine API v1.41</a>,
 * compared with what engines 20.10 and 28.5 send.
 */
public final class FakeDocker implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BACKLOG = 100;

    static {
        // Or each answer waits 40 ms for the client's acknowledgement of its head.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final @Nullable SSLContext tls;
    private final Object lock = new Object();
    private final Map<String, Running> containers = new LinkedHashMap<>();
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final Map<String, Integer> statuses = new ConcurrentHashMap<>();
    private final Set<String> hanging = ConcurrentHashMap.newKeySet();
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();
    private final List<OutputStream> streams = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile String version = "1.41";
    private volatile String minimum = "1.12";
    private volatile boolean silent;
    private volatile @Nullable String failure;
    private @Nullable HttpServer server;
    private int port;

    public FakeDocker() {
        this(null);
    }

    /** Over TLS with client certificates, as {@code dockerd --tlsverify}. */
    FakeDocker(@Nullable SSLContext tls) {
        this.tls = tls;
        up();
    }

    /** Listens, at the same port as before. */
    public void up() {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try {
            HttpServer made = tls == null ? HttpServer.create(address, BACKLOG) : secure(address, tls);
            made.createContext("/", this::handle);
            made.setExecutor(threads);
            made.start();
            server = made;
            port = made.getAddress().getPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HttpServer secure(InetSocketAddress address, SSLContext tls) throws IOException {
        HttpsServer made = HttpsServer.create(address, BACKLOG);
        made.setHttpsConfigurator(new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters wanted = tls.getDefaultSSLParameters();
                wanted.setNeedClientAuth(true);
                parameters.setSSLParameters(wanted);
            }
        });
        return made;
    }

    /** Stops to listen; what runs, runs on. */
    public void down() {
        HttpServer old = server;
        if (old != null) {
            server = null;
            old.stop(0);
            breakEvents();
        }
    }

    public int port() {
        return port;
    }

    public String address() {
        return "127.0.0.1:" + port;
    }

    /** A container in the two forms in which it is sent. */
    private record Running(FakeContainer container, String listed, String inspected) {
        private static Running of(FakeContainer container) {
            return new Running(
                    container,
                    container.listed().toString(),
                    container.inspected().toString());
        }
    }

    /** Starts a container, or another of the same name in its place. */
    public FakeDocker start(FakeContainer... some) {
        for (FakeContainer container : some) {
            put(container);
            event("network", "connect", "bridge", Map.of("container", container.id, "name", "bridge"));
            event("container", "start", container.id, Map.of("name", container.name()));
        }
        return this;
    }

    /** Changes a container without an event. */
    public FakeDocker put(FakeContainer container) {
        synchronized (lock) {
            containers.put(container.id, Running.of(container));
        }
        return this;
    }

    public FakeDocker stop(FakeContainer container) {
        synchronized (lock) {
            containers.remove(container.id);
        }
        event("container", "die", container.id, Map.of("name", container.name()));
        event("network", "disconnect", "bridge", Map.of("container", container.id, "name", "bridge"));
        return event("container", "destroy", container.id, Map.of("name", container.name()));
    }

    /** Replaces all containers. */
    public FakeDocker replace(List<FakeContainer> some) {
        List<FakeContainer> old;
        synchronized (lock) {
            old = containers.values().stream().map(Running::container).toList();
            containers.clear();
            some.forEach(this::put);
        }
        Set<String> ids = some.stream().map(container -> container.id).collect(Collectors.toSet());
        old.stream().filter(container -> !ids.contains(container.id)).forEach(this::stop);
        return start(some.toArray(new FakeContainer[0]));
    }

    /** Sends an event to everybody who listens, unless the streams are silent. */
    public FakeDocker event(String type, String action, String id, Map<String, String> attributes) {
        ObjectNode event = JSON.createObjectNode().put("Type", type).put("Action", action);
        ObjectNode actor = event.putObject("Actor").put("ID", id);
        actor.putObject("Attributes").setAll(JSON.<ObjectNode>valueToTree(attributes));
        event.put("scope", "local").put("time", 1_700_000_000);
        if (!silent) {
            send(event + "\n");
        }
        return this;
    }

    /** Sends bytes to everybody who listens to events. */
    public void send(String text) {
        synchronized (streams) {
            streams.removeIf(stream -> !write(stream, text));
        }
    }

    private static boolean write(OutputStream stream, String text) {
        try {
            stream.write(text.getBytes(StandardCharsets.UTF_8));
            stream.flush();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Ends the streams of events. */
    public void breakEvents() {
        synchronized (streams) {
            for (OutputStream stream : streams) {
                try {
                    stream.close();
                } catch (IOException e) {
                    requests.add("a stream was gone: " + e.getMessage());
                }
            }
            streams.clear();
        }
    }

    /** Whether events are kept back while the streams stay open. */
    public void silent(boolean silent) {
        this.silent = silent;
    }

    public int streams() {
        synchronized (streams) {
            return streams.size();
        }
    }

    /** Answers everything with status 500, and ends the streams; null: works again. */
    public void fail(@Nullable String problem) {
        failure = problem;
        if (problem != null) {
            breakEvents();
        }
    }

    /** Answers a path (without version) with this text. */
    public FakeDocker answer(String path, String body) {
        answers.put(path, body);
        return this;
    }

    /** Answers a path (without version) with this status. */
    public FakeDocker status(String path, int status) {
        statuses.put(path, status);
        return this;
    }

    /** Never answers a path (without version). */
    public FakeDocker hang(String path) {
        hanging.add(path);
        return this;
    }

    /** Answers a path as if it had never had a status of its own. */
    public FakeDocker works(String path) {
        statuses.remove(path);
        hanging.remove(path);
        return this;
    }

    public FakeDocker version(String version) {
        this.version = version;
        return this;
    }

    /** Answers requests of older versions as engines do that no longer know them. */
    public FakeDocker minimum(String minimum) {
        this.minimum = minimum;
        return this;
    }

    /** Makes the daemon a manager of a swarm. */
    public FakeDocker swarm(String services, String tasks, String nodes) {
        answers.put("/info", "{\"Swarm\":{\"LocalNodeState\":\"active\",\"ControlAvailable\":true}}");
        answers.put("/services", services);
        answers.put("/tasks", tasks);
        answers.put("/nodes", nodes);
        return this;
    }

    /** Methods and paths asked for so far. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String whole = exchange.getRequestURI().getPath();
        requests.add(exchange.getRequestMethod() + " " + whole);
        String path = whole.replaceFirst("^/v[0-9.]+(?=/)", "");
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        String problem = failure;
        String refusal = refusal(whole);
        if (hanging.contains(path)) {
            return;
        }
        if (!refusal.isEmpty()) {
            answer(
                    exchange,
                    400,
                    JSON.createObjectNode().put("message", refusal).toString());
        } else if (problem != null) {
            answer(
                    exchange,
                    500,
                    JSON.createObjectNode().put("message", problem).toString());
        } else if (statuses.containsKey(path)) {
            int status = statuses.get(path);
            answer(exchange, status, "{\"message\":\"status " + status + "\"}");
        } else if (path.equals("/events")) {
            follow(exchange);
        } else if (path.equals("/_ping")) {
            if (!version.isEmpty()) {
                exchange.getResponseHeaders().set("Api-Version", version);
            }
            answer(exchange, 200, "OK");
        } else if (answers.containsKey(path)) {
            answer(exchange, 200, answers.getOrDefault(path, ""));
        } else if (path.equals("/containers/json")) {
            answer(exchange, 200, list(exchange.getRequestURI().getQuery()));
        } else if (path.matches("/containers/[^/]+/json")) {
            Running found = running(path.split("/", -1)[2]);
            answer(
                    exchange,
                    found == null ? 404 : 200,
                    found == null ? "{\"message\":\"No such container\"}" : found.inspected);
        } else if (path.equals("/info")) {
            answer(exchange, 200, "{\"Swarm\":{\"LocalNodeState\":\"inactive\",\"ControlAvailable\":false}}");
        } else {
            answer(exchange, 404, "{\"message\":\"page not found\"}");
        }
    }

    /** Of all containers, or those whose ids a filter names. */
    private String list(@Nullable String query) throws IOException {
        Set<String> ids = new HashSet<>();
        if (query != null && query.startsWith("filters=")) {
            JSON.readTree(query.substring("filters=".length())).path("id").forEach(id -> ids.add(id.asText()));
        }
        synchronized (lock) {
            return (ids.isEmpty() ? containers.keySet() : ids)
                    .stream()
                            .map(containers::get)
                            .filter(Objects::nonNull)
                            .map(Running::listed)
                            .collect(Collectors.joining(",", "[", "]\n"));
        }
    }

    private @Nullable Running running(String id) {
        synchronized (lock) {
            return containers.get(id);
        }
    }

    /** What an engine says to a version that it does not know; empty if it does. */
    private String refusal(String path) {
        String asked = path.replaceFirst("^/v([0-9.]+)/.*", "$1");
        if (asked.equals(path) || version.isEmpty()) {
            return "";
        }
        if (number(asked) < number(minimum)) {
            return "client version " + asked + " is too old. Minimum supported API version is " + minimum
                    + ", please upgrade your client to a newer version";
        }
        return number(asked) > number(version)
                ? "client version " + asked + " is too new. Maximum supported API version is " + version
                : "";
    }

    private static int number(String version) {
        return version.matches("1\\.[0-9]+") ? Integer.parseInt(version.substring(2)) : 0;
    }

    private void follow(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().flush();
        synchronized (streams) {
            streams.add(exchange.getResponseBody());
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (exchange;
                OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    @Override
    public void close() {
        down();
        breakEvents();
        threads.shutdownNow();
    }
}
