package dev.penstock.runtime;

import dev.penstock.admin.AdminHandler;
import dev.penstock.admin.AdminRequest;
import dev.penstock.admin.AdminResponse;
import dev.penstock.admin.AdminStream;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.proxy.LocalAnswer;
import dev.penstock.proxy.LocalHandler;
import dev.penstock.proxy.LocalRequest;
import dev.penstock.proxy.LocalStream;
import dev.penstock.proxy.TransportChoice;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The admin handler on a gateway of its own: one loop that traffic cannot slow down, no name that a configuration could
 * take, open until the last request of the other listeners has ended. Thread-safe.
 */
final class AdminListener implements AutoCloseable {
    private static final String NAME = "admin";

    /** Between two questions whether a stream has something to tell; within it streams end when the program does. */
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final Gateway gateway;

    private AdminListener(Gateway gateway) {
        this.gateway = gateway;
    }

    /** Throws a GatewayException if the address cannot be bound. */
    static AdminListener start(String address, TransportChoice transport, AdminHandler handler) {
        return new AdminListener(Gateway.builder()
                .listener(ListenerSpec.of(NAME, address))
                .handler(NAME, new Door(handler))
                .transport(transport)
                .threads(1)
                .start());
    }

    /** What the handler is asked by the proxy. Immutable. */
    private record Door(AdminHandler handler) implements LocalHandler {
        private static final List<String> HEADERS =
                List.of("host", "origin", "sec-fetch-site", "sec-fetch-dest", "authorization", "content-type");

        /** Headers that are lists: several lines of one are one list (RFC 9110, 5.3). */
        private static final List<String> LISTS = List.of("if-match", "if-none-match");

        @Override
        public LocalAnswer answer(LocalRequest request) {
            Map<String, String> headers = new HashMap<>();
            HEADERS.forEach(name -> request.header(name).ifPresent(value -> headers.put(name, value)));
            LISTS.forEach(name -> headers.put(name, String.join(", ", request.headers(name))));
            return answer(handler.handle(new AdminRequest(request.method(), request.path(), headers, "")
                    .withQuery(request.query())
                    .withBody(request.body())));
        }

        @Override
        public Optional<LocalAnswer> tooLarge(String path) {
            return Optional.of(answer(AdminResponse.tooLarge(path)));
        }

        private static LocalAnswer answer(AdminResponse response) {
            AdminStream stream = response.stream();
            if (stream != null) {
                return LocalAnswer.streamed(response.headers(), new Pieces(stream), PAUSE);
            }
            return response.pieces().isEmpty()
                    ? LocalAnswer.of(response.status(), response.headers(), response.body())
                    : LocalAnswer.of(response.status(), response.headers(), response.pieces());
        }
    }

    /** What a stream tells, as bytes. */
    private record Pieces(AdminStream stream) implements LocalStream {
        @Override
        public byte @Nullable [] next() {
            String piece = stream.next();
            return piece == null ? null : piece.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public void close() {
            stream.close();
        }
    }

    InetSocketAddress address() {
        return gateway.address(NAME);
    }

    @Override
    public void close() {
        gateway.close();
    }
}
