package dev.penstock.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Small HTTP servers on free loopback ports that answer with their names. Thread-safe. */
final class DemoBackends implements AutoCloseable {
    private final Map<String, HttpServer> servers = new LinkedHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        var thread = new Thread(task, "penstock-demo-backend");
        thread.setDaemon(true);
        return thread;
    });

    private DemoBackends() {}

    static DemoBackends start(String... names) {
        // Else the JDK's server writes an answer in two segments and waits 40 ms for word of the first.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        var backends = new DemoBackends();
        for (String name : names) {
            backends.add(name);
        }
        return backends;
    }

    private void add(String name) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> answer(exchange, name));
            server.setExecutor(threads);
            server.start();
            servers.put(name, server);
        } catch (IOException e) {
            close();
            throw new UncheckedIOException("backend " + name, e);
        }
    }

    private static void answer(HttpExchange exchange, String name) throws IOException {
        try (exchange) {
            byte[] body = ("This is " + name + ". You asked for " + exchange.getRequestURI() + " on "
                            + exchange.getRequestHeaders().getFirst("Host") + ".\n")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(200, head ? -1 : body.length);
            if (!head) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    String address(String name) {
        HttpServer server = servers.get(name);
        if (server == null) {
            throw new IllegalArgumentException("backend: \"" + name + "\" (expected: one of " + servers.keySet() + ")");
        }
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** The name of the backend at an address; the address itself if none is there. */
    String name(String address) {
        List<String> found = new ArrayList<>();
        servers.forEach((name, server) -> {
            if (address.endsWith(":" + server.getAddress().getPort())) {
                found.add(name);
            }
        });
        return found.isEmpty() ? address : found.get(0);
    }

    @Override
    public void close() {
        servers.values().forEach(server -> server.stop(0));
        threads.shutdownNow();
    }
}
