package dev.penstock.discovery.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLContext;

/**
 * A master of a Marathon that has no machines. Thread-safe.
 *
 * <p>Its resources are those of docs/docs/rest-api.md (v0.8.0) and docs/docs/rest-api/public/api/v2 (v1.4.0, v1.10.26) of
 * mesosphere/marathon: {@code /ping}, {@code /v2/apps} with {@code embed}, {@code /v2/tasks}, {@code
 * /v2/apps/ID/versions/VERSION}, {@code /v2/events} (docs/docs/event-bus.md: lines {@code event:} and {@code data:}, ends
 * of lines as Jetty's servlet has them), and up to 1.4 {@code /v2/eventSubscriptions}. What stands in apps and tasks is
 * given by tests, see {@link Shapes}.
 */
public final class FakeMarathon implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final List<LinkedBlockingQueue<String>> streams = new CopyOnWriteArrayList<>();
    private final List<String> callbacks = new CopyOnWriteArrayList<>();
    private final Object lock = new Object();
    private final Map<String, ObjectNode> apps = new TreeMap<>();
    private final Map<String, List<JsonNode>> tasks = new TreeMap<>();
    private final Map<String, String> versions = new TreeMap<>();
    private volatile Function<Asked, Reply> script = question -> null;
    private volatile String failure = "";
    private volatile String authorization = "";
    private volatile boolean subscriptions;

    /** A question as it came. */
    public record Asked(String method, String target, Map<String, List<String>> headers) {}

    /** An answer that a script makes up. */
    public record Reply(int status, String type, String body, Map<String, String> headers) {
        public static Reply of(int status, String body) {
            return new Reply(status, "application/json", body, Map.of());
        }

        public static Reply redirect(String to) {
            return new Reply(302, "text/html", "", Map.of("Location", to));
        }
    }

    private FakeMarathon(HttpServer server) {
        this.server = server;
    }

    public static FakeMarathon start() {
        return start(null);
    }

    /** One that is asked by HTTPS, with a certificate and its key in PEM files. */
    public static FakeMarathon start(Path certificate, Path key) {
        return start(Pem.FILES.context(null, certificate, key));
    }

    static FakeMarathon start(SSLContext tls) {
        try {
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            HttpServer server = tls == null ? HttpServer.create(address, 500) : HttpsServer.create(address, 500);
            if (server instanceof HttpsServer secure) {
                secure.setHttpsConfigurator(new HttpsConfigurator(tls));
            }
            var fake = new FakeMarathon(server);
            server.createContext("/", fake::handle);
            server.setExecutor(fake.threads);
            server.start();
            return fake;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** One app with the tasks that it has from now on; nobody is told. */
    public FakeMarathon app(String app, String... itsTasks) {
        synchronized (lock) {
            ObjectNode node = object(app);
            apps.put(node.path("id").asText(), node);
            tasks.put(
                    node.path("id").asText(),
                    List.of(itsTasks).stream().map(FakeMarathon::tree).toList());
            String version = node.path("version").asText("");
            versions.put("/v2/apps" + node.path("id").asText() + "/versions/" + version, app);
            return this;
        }
    }

    /** The same, and those who follow events are told. */
    public void deploy(String app, String... itsTasks) {
        app(app, itsTasks);
        failure = "";
        event("status_update_event");
    }

    /** Only these apps from now on; those who follow events are told. */
    public void replace(List<String> all) {
        synchronized (lock) {
            apps.clear();
            tasks.clear();
            all.forEach(app -> app(app));
        }
        failure = "";
        event("status_update_event");
    }

    /** A version that the newest is not. */
    public void version(String app) {
        JsonNode node = tree(app);
        synchronized (lock) {
            versions.put(
                    "/v2/apps" + node.path("id").asText() + "/versions/"
                            + node.path("version").asText(),
                    app);
        }
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode object(String json) {
        return (ObjectNode) tree(json);
    }

    /** A script answers what it does not answer with null. */
    public void script(Function<Asked, Reply> answers) {
        script = answers;
    }

    /** Everything fails from now on, and streams end. */
    public void fail(String problem) {
        failure = problem;
        endStreams();
    }

    /** Only this header is let in. */
    public void require(String header) {
        authorization = header;
    }

    /** Knows subscriptions to callbacks, as up to 1.4. */
    public void allowSubscriptions() {
        subscriptions = true;
    }

    public List<String> subscribed() {
        return callbacks;
    }

    /** Tells who follows events. */
    public void event(String type) {
        send("event: " + type + "\r\ndata: {\"eventType\":\"" + type
                + "\",\"timestamp\":\"2014-03-01T23:29:30.158Z\"}\r\n\r\n");
    }

    /** Sends bytes down each stream. */
    public void send(String bytes) {
        streams.forEach(stream -> stream.add(bytes));
    }

    public void endStreams() {
        streams.forEach(stream -> stream.add(""));
    }

    public int streams() {
        return streams.size();
    }

    public List<Asked> asked() {
        return asked;
    }

    public long askedFor(String part) {
        return asked.stream()
                .filter(question -> question.target().contains(part))
                .count();
    }

    /** How often the list of apps or tasks was read. */
    public long reads() {
        return asked.stream()
                .filter(question -> question.target().startsWith("/v2/apps?")
                        || question.target().startsWith("/v2/tasks"))
                .count();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            var question = new Asked(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    Map.copyOf(exchange.getRequestHeaders()));
            asked.add(question);
            Reply reply = script.apply(question);
            if (reply == null && question.target().startsWith("/v2/events?") && allowed(question)) {
                stream(exchange);
                return;
            }
            send(exchange, reply == null ? answer(question) : reply);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean allowed(Asked question) {
        boolean known = authorization.isEmpty()
                || question.headers().getOrDefault("Authorization", List.of()).contains(authorization);
        return known
                && failure.isEmpty()
                && question.headers().getOrDefault("Accept", List.of()).contains("text/event-stream");
    }

    private Reply answer(Asked question) {
        String target = question.target();
        if (target.equals("/ping")) {
            return new Reply(200, "text/plain", "pong\n", Map.of());
        }
        if (!authorization.isEmpty()
                && !question.headers().getOrDefault("Authorization", List.of()).contains(authorization)) {
            return Reply.of(401, "{\"message\":\"Username and password are required\"}");
        }
        if (!failure.isEmpty()) {
            return Reply.of(500, failure);
        }
        if (target.startsWith("/v2/events?")) {
            return new Reply(405, "text/html", "<html>Error 405</html>", Map.of());
        }
        if (target.startsWith("/v2/eventSubscriptions?callbackUrl=") && subscriptions) {
            callbacks.add(target.substring(target.indexOf('=') + 1));
            return Reply.of(
                    200,
                    "{\"clientIp\":\"127.0.0.1\",\"callbackUrl\":\"x\",\"eventType\":\"subscribe_event\"}"); // rest-api.md
        }
        synchronized (lock) {
            if (target.startsWith("/v2/apps?")) {
                return Reply.of(200, list(target.contains("embed=apps.tasks")));
            }
            if (target.equals("/v2/tasks")) {
                return Reply.of(200, allTasks());
            }
            String version = versions.get(target);
            return version == null
                    ? Reply.of(404, "{\"message\":\"App '/x' does not exist\"}")
                    : Reply.of(200, version);
        }
    }

    private String list(boolean embedded) {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode all = answer.putArray("apps");
        apps.forEach((id, app) -> {
            ObjectNode copy = app.deepCopy();
            if (embedded && !copy.has("tasks")) {
                copy.putArray("tasks").addAll(tasks.get(id));
            }
            all.add(copy);
        });
        return answer.toString();
    }

    private String allTasks() {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode all = answer.putArray("tasks");
        tasks.values().forEach(all::addAll);
        return answer.toString();
    }

    private void stream(HttpExchange exchange) throws IOException, InterruptedException {
        var stream = new LinkedBlockingQueue<String>();
        streams.add(stream); // before the head is sent: who has read it misses nothing
        if (!failure.isEmpty()) {
            stream.add("");
        }
        try {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream;charset=utf-8");
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            out.flush();
            for (String next = stream.poll(100, TimeUnit.SECONDS);
                    next != null && !next.isEmpty();
                    next = stream.poll(100, TimeUnit.SECONDS)) {
                out.write(next.getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } finally {
            streams.remove(stream);
        }
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", reply.type());
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        endStreams();
        server.stop(0);
        threads.shutdownNow();
    }
}
