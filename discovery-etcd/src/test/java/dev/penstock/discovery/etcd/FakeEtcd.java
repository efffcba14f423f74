package dev.penstock.discovery.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * The HTTP APIs of a member, for faults that a real one does not show on demand. Thread-safe.
 *
 * <p>Faithful to etcd.io/docs/v3.5/dev-guide/api_grpc_gateway and etcd.io/docs/v2.3/api as far as the tests ask: a range
 * tells the revision, a watch streams a line when it stands and one per change; a v2 wait is answered at the next change.
 */
public final class FakeEtcd implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final Object lock = new Object();
    private final Map<String, String> values = new TreeMap<>();
    private long index = 10;
    private String failure = "";
    private boolean closed;
    private volatile Function<Asked, Reply> script = question -> null;

    /** A question as it came. */
    record Asked(String target, String body, Map<String, List<String>> headers) {}

    /** An answer that a script makes up. */
    record Reply(int status, String body, boolean withIndex) {
        static Reply of(int status, String body) {
            return new Reply(status, body, false);
        }
    }

    private FakeEtcd(HttpServer server) {
        this.server = server;
    }

    public static FakeEtcd start() {
        try {
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 500);
            var fake = new FakeEtcd(server);
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

    List<Asked> asked() {
        return asked;
    }

    long askedFor(String part) {
        return asked.stream()
                .filter(question -> question.target().contains(part))
                .count();
    }

    /** A script answers what it does not answer with null. */
    void script(Function<Asked, Reply> answers) {
        script = answers;
    }

    /** The keys that there are from now on; those that wait are told. */
    public void put(Map<String, String> all) {
        synchronized (lock) {
            values.clear();
            values.putAll(all);
            failure = "";
            index++;
            lock.notifyAll();
        }
    }

    /** Everything fails from now on. */
    public void fail(String problem) {
        synchronized (lock) {
            failure = problem;
            lock.notifyAll();
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var question = new Asked(
                    exchange.getRequestURI().toString(),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
                    Map.copyOf(exchange.getRequestHeaders()));
            asked.add(question);
            Reply reply = script.apply(question);
            if (reply == null && question.target().equals("/v3/watch")) {
                watch(exchange, Answer.object(question.body().getBytes(StandardCharsets.UTF_8)));
            } else {
                send(exchange, reply == null ? answer(question) : reply);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Reply answer(Asked question) throws IOException, InterruptedException {
        synchronized (lock) {
            if (question.target().contains("wait=true")) {
                awaitChange(Long.parseLong(question.target().replaceAll(".*waitIndex=", "")));
            }
            if (!failure.isEmpty()) {
                return Reply.of(500, failure);
            }
            if (question.target().equals("/v3/kv/range")) {
                return Reply.of(200, range(Answer.object(question.body().getBytes(StandardCharsets.UTF_8))));
            }
            return new Reply(200, Answer.json(Map.of("action", "get", "node", node())), true);
        }
    }

    private void awaitChange(long from) throws InterruptedException {
        while (from > index && failure.isEmpty() && !closed) {
            lock.wait();
        }
    }

    private Map<String, Object> node() {
        List<Map<String, Object>> nodes = new ArrayList<>();
        values.forEach((key, value) -> nodes.add(Map.of("key", key, "value", value)));
        return Map.of("key", "/", "dir", true, "nodes", nodes);
    }

    private String range(JsonNode request) {
        String from = decoded(request.path("key").asText());
        String end = decoded(request.path("range_end").asText());
        List<Map<String, Object>> found = new ArrayList<>();
        values.forEach((key, value) -> {
            if (end.isEmpty() ? key.equals(from) : key.compareTo(from) >= 0 && key.compareTo(end) < 0) {
                found.add(Map.of("key", encoded(key), "value", encoded(value)));
            }
        });
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("header", Map.of("revision", Long.toString(index)));
        if (!found.isEmpty()) {
            answer.put("kvs", found);
        }
        return Answer.json(answer);
    }

    static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(String text) {
        return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
    }

    private void watch(HttpExchange exchange, JsonNode request) throws IOException, InterruptedException {
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        out.write("{\"result\":{\"created\":true}}\n".getBytes(StandardCharsets.UTF_8));
        out.flush();
        synchronized (lock) {
            awaitChange(request.path("create_request").path("start_revision").asLong());
            if (!failure.isEmpty()) {
                return; // the stream ends
            }
        }
        out.write("{\"result\":{\"events\":[{\"kv\":{\"key\":\"eA==\"}}]}}\n".getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private void send(HttpExchange exchange, Reply reply) throws IOException {
        if (reply.withIndex()) {
            synchronized (lock) {
                exchange.getResponseHeaders().set("X-Etcd-Index", Long.toString(index));
            }
        }
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
        server.stop(0);
        threads.shutdownNow();
    }
}
