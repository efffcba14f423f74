package dev.penstock.gateway;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** HTTP servers at one port of several loopback addresses, each of which answers with its address. */
final class LoopbackBackends implements AutoCloseable {
    private static final int BACKLOG = 1_000;

    private final List<HttpServer> servers = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private LoopbackBackends() {}

    /** The first address chooses the port, which the others must have too. */
    static LoopbackBackends start(String... addresses) {
        for (int attempt = 0; attempt < 20; attempt++) {
            var backends = new LoopbackBackends();
            try {
                for (String address : addresses) {
                    backends.add(address);
                }
                return backends;
            } catch (IOException e) {
                backends.close(); // the port is taken at one of them: another one
            }
        }
        throw new UncheckedIOException(new IOException("no port is free at " + List.of(addresses)));
    }

    private void add(String address) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(address, servers.isEmpty() ? 0 : port()), BACKLOG);
        byte[] body = address.getBytes(StandardCharsets.US_ASCII);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.setExecutor(threads);
        server.start();
        servers.add(server);
    }

    int port() {
        return servers.get(0).getAddress().getPort();
    }

    @Override
    public void close() {
        servers.forEach(server -> server.stop(0));
        threads.shutdownNow();
    }
}
