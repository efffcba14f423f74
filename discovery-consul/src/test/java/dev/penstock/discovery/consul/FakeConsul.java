package dev.penstock.discovery.consul;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The HTTP API of an agent, for faults that a real one does not show on demand. Thread-safe.
 *
 * <p>Faithful to developer.hashicorp.com/consul/api-docs/features/blocking and /health: an answer carries
 * {@code X-Consul-Index}; a question with an index at or above it is held until the index grows, or {@code wait} is over.
 */
public final class FakeConsul implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Question> questions = new CopyOnWriteArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private final Object lock = new Object();
    private final Map<String, String> bodies = new HashMap<>();
    private long index = 10;
    private String failure = "";
    private boolean closed;
    private volatile Function<Question, Reply> script = question -> null;

    /** A question as it came. */
    record Question(String path, Map<String, List<String>> parameters, Map<String, List<String>> headers) {
        String first(String name) {
            return parameters.getOrDefault(name, List.of("")).get(0);
        }

        boolean has(String name) {
            return parameters.containsKey(name);
        }
    }

    /** An answer that a script makes up; {@code missing} bytes are announced and not sent. */
    record Reply(int status, Map<String, String> headers, String body, int missing) {
        static Reply of(int status, String body, String... headers) {
            Map<String, String> all = new HashMap<>();
            for (int i = 0; i < headers.length; i += 2) {
                all.put(headers[i], headers[i + 1]);
            }
            return new Reply(status, all, body, 0);
        }

        static Reply index(long index, String body) {
            return of(200, body, "X-Consul-Index", Long.toString(index));
        }
    }

    private FakeConsul(HttpServer server) {
        this.server = server;
    }

    public static FakeConsul start() {
        return start(0);
    }

    static FakeConsul start(int port) {
        return start(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    static FakeConsul start(InetSocketAddress address) {
        try {
            var server = HttpServer.create(address, 500);
            var fake = new FakeConsul(server);
            server.createContext("/", fake::handle);
            server.setExecutor(fake.threads);
            server.start();
            return fake;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    public String address() {
        return server.getAddress().getAddress().getHostAddress() + ":" + port();
    }

    /** The tokens it was sent, each once; empty for a question without one. */
    public Set<String> tokens() {
        return questions().stream()
                .map(question -> question.headers().entrySet().stream()
                        .filter(header -> header.getKey().equalsIgnoreCase("X-Consul-Token"))
                        .map(header -> header.getValue().get(0))
                        .findFirst()
                        .orElse(""))
                .collect(Collectors.toSet());
    }

    List<Question> questions() {
        return questions;
    }

    /** Questions that are held now. */
    int held() {
        return open.get();
    }

    /** A script answers what it does not answer with null. */
    void script(Function<Question, Reply> answers) {
        script = answers;
    }

    /** What a path answers from now on; those that wait are told. */
    public void put(String path, String body) {
        synchronized (lock) {
            bodies.put(path, body);
            failure = "";
            index++;
            lock.notifyAll();
        }
    }

    /** Answers nothing from now on, as to a token that may read nothing; from Consul 1.11 on it says so. */
    public void hideAll() {
        script(question -> Reply.of(200, "[]", "X-Consul-Index", "99", "X-Consul-Results-Filtered-By-ACLs", "true"));
        synchronized (lock) {
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

    public static String entry(Endpoint endpoint) {
        return entry(endpoint, "passing");
    }

    public static String entry(Endpoint endpoint, String status) {
        return String.format(
                Locale.ROOT, """
                {"Node":{"Node":"n1","Address":"10.9.9.9","Datacenter":"dc1"},
                 "Service":{"ID":"%1$s","Service":"orders","Tags":["v2"],"Address":"%2$s","Port":%3$d,
                            "Meta":{"version":"7"},"Weights":{"Passing":%4$d,"Warning":3}},
                 "Checks":[{"CheckID":"serfHealth","Status":"passing"},{"CheckID":"service:%1$s","Status":"%5$s"}]}""", endpoint.id(), endpoint.host(), endpoint.port(), endpoint.weight(), status);
    }

    public static String array(List<String> entries) {
        return entries.stream().collect(Collectors.joining(",", "[", "]"));
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var question = new Question(
                    exchange.getRequestURI().getRawPath(),
                    parameters(exchange.getRequestURI().getRawQuery()),
                    Map.copyOf(exchange.getRequestHeaders()));
            questions.add(question);
            Reply reply = script.apply(question);
            send(exchange, reply == null ? answer(question) : reply);
        }
    }

    private static Map<String, List<String>> parameters(String query) {
        Map<String, List<String>> parameters = new HashMap<>();
        for (String part : query == null ? new String[0] : query.split("&", -1)) {
            String[] pair = part.split("=", 2);
            parameters
                    .computeIfAbsent(URLDecoder.decode(pair[0], StandardCharsets.UTF_8), name -> new ArrayList<>())
                    .add(pair.length < 2 ? "" : URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
        }
        return parameters;
    }

    private Reply answer(Question question) {
        long since = question.has("index") ? Long.parseLong(question.first("index")) : 0;
        long end = Ticker.system().nanos() + TimeUnit.MILLISECONDS.toNanos(millis(question.first("wait")));
        synchronized (lock) {
            open.incrementAndGet();
            try {
                long left = 1;
                while (since >= index && failure.isEmpty() && !closed && left > 0) {
                    left = TimeUnit.NANOSECONDS.toMillis(end - Ticker.system().nanos());
                    lock.wait(Math.max(1, left));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                open.decrementAndGet();
            }
            Reply scripted = script.apply(question); // one set while the question was held counts for it
            if (scripted != null) {
                return scripted;
            }
            return failure.isEmpty()
                    ? Reply.index(index, bodies.getOrDefault(question.path(), "[]"))
                    : Reply.of(500, failure);
        }
    }

    /** A wait as in {@code 300000ms} or {@code 1s}; Consul's own if it is not given. */
    private static long millis(String wait) {
        if (wait.isEmpty()) {
            return 300_000;
        }
        return wait.endsWith("ms")
                ? Long.parseLong(wait.substring(0, wait.length() - 2))
                : 1_000 * Long.parseLong(wait.substring(0, wait.length() - 1));
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length + reply.missing());
        exchange.getResponseBody().write(body);
        exchange.getResponseBody().flush();
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
