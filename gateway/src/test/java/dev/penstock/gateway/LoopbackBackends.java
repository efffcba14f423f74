package dev.penstock.gateway;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** HTTP servers on loopback: at one port of several addresses, or at several ports of one. */
final class LoopbackBackends implements AutoCloseable {
    private static final int BACKLOG = 1_000;

    private final List<HttpServer> servers = new ArrayList<>();
    private final List<String> answers = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    static {
        // Else each answer waits 40 ms for the acknowledgement of its head. Read when the first server is made.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private LoopbackBackends() {}

    /** At 127.0.0.1 and the addresses after it; each answers with its address. */
    static LoopbackBackends atAddresses(int count) {
        return start(IntStream.rangeClosed(1, count)
                .mapToObj(last -> "127.0.0." + last)
                .toArray(String[]::new));
    }

    /** Each answers with its address. The first address chooses the port, which the others must have too. */
    static LoopbackBackends start(String... addresses) {
        for (int attempt = 0; attempt < 20; attempt++) {
            var backends = new LoopbackBackends();
            try {
                for (String address : addresses) {
                    backends.add(address, backends.servers.isEmpty() ? 0 : backends.port(), address);
                }
                return backends;
            } catch (IOException e) {
                backends.close(); // the port is taken at one of them: another one
            }
        }
        throw new UncheckedIOException(new IOException("no port is free at " + List.of(addresses)));
    }

    /** All at 127.0.0.1; each answers with its number, from 0 on. */
    static LoopbackBackends atPorts(int count) {
        var backends = new LoopbackBackends();
        try {
            for (int i = 0; i < count; i++) {
                backends.add("127.0.0.1", 0, String.valueOf(i));
            }
            return backends;
        } catch (IOException e) {
            backends.close();
            throw new UncheckedIOException(e);
        }
    }

    private void add(String address, int port, String answer) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(address, port), BACKLOG);
        byte[] body = answer.getBytes(StandardCharsets.US_ASCII);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.setExecutor(threads);
        server.start();
        servers.add(server);
        answers.add(answer);
    }

    /** What one of them answers. */
    String answer(int backend) {
        return answers.get(backend);
    }

    int port() {
        return port(0);
    }

    int port(int backend) {
        return servers.get(backend).getAddress().getPort();
    }

    Set<Integer> ports() {
        return servers.stream().map(server -> server.getAddress().getPort()).collect(Collectors.toSet());
    }

    @Override
    public void close() {
        servers.forEach(server -> server.stop(0));
        threads.shutdownNow();
    }
}
