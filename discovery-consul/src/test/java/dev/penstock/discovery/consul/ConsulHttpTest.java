package dev.penstock.discovery.consul;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.http.Call;
import dev.penstock.testkit.OpenedSource;
import dev.penstock.time.ControlThreads;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a host of several addresses is asked. Here "localhost" is 127.0.0.1 as well as 127.0.0.9. */
@Timeout(120)
class ConsulHttpTest {
    private final ControlThreads threads = ControlThreads.create();
    private final List<String> resolved = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        threads.close();
    }

    private ConsulHttp http(int port) {
        URI uri = URI.create("consul://localhost:" + port);
        ConsulSource source = ConsulSource.of(ConsulUri.of(uri, Set.of(), Map.of()), Map.of());
        return new ConsulHttp(source, threads, name -> {
            resolved.add(name);
            return new InetAddress[] {loopback(1), loopback(9)};
        });
    }

    private static InetAddress loopback(int number) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) number});
    }

    private static Throwable problem(Call<Answer> call) {
        eventually(OpenedSource.LIMIT, () -> assertThat(call).isCompletedExceptionally());
        return call.handle((answer, problem) -> problem).join();
    }

    @Test
    void K07_firstAddressDead_secondIsTriedAndKept() throws IOException {
        try (var consul = FakeConsul.start(new InetSocketAddress(loopback(9), 0));
                var http = http(consul.port())) {
            for (int i = 0; i < 3; i++) {
                assertThat(http.ask("/v1/catalog/services").join().status()).isEqualTo(200);
            }
            assertThat(resolved).containsExactly("localhost");
            assertThat(consul.questions()).hasSize(3);
        }
    }

    @Test
    void K07_addressThatWorkedIsDead_allAreTriedAgain() throws IOException {
        FakeConsul first = FakeConsul.start(new InetSocketAddress(loopback(9), 0));
        try (var http = http(first.port())) {
            assertThat(http.ask("/v1/catalog/services").join().status()).isEqualTo(200);
            first.close();
            try (var second = FakeConsul.start(first.port())) {
                eventually(
                        OpenedSource.LIMIT,
                        () -> assertThat(http.ask("/v1/catalog/services").join().status())
                                .isEqualTo(200));
                assertThat(second.questions()).isNotEmpty();
            }
        }
    }

    @Test
    void K07_allAddressesDead_isUnreachable() {
        FakeConsul gone = FakeConsul.start();
        int port = gone.port();
        gone.close();
        try (var http = http(port)) {
            assertThat(problem(http.ask("/v1/catalog/services")))
                    .isInstanceOf(ConnectException.class)
                    .hasMessage("cannot connect");
        }
    }

    @Test
    void K07_unknownHost_isNamed() {
        URI uri = URI.create("consul://consul.invalid:8500");
        ConsulSource source = ConsulSource.of(ConsulUri.of(uri, Set.of(), Map.of()), Map.of());
        ConsulHttp.Resolver none = name -> {
            throw new UnknownHostException(name);
        };
        try (var http = new ConsulHttp(source, threads, none)) {
            assertThat(problem(http.ask("/v1/catalog/services")))
                    .hasMessageContaining("host: \"consul.invalid\" (expected: a name that resolves)")
                    .hasCauseInstanceOf(UnknownHostException.class);
        }
    }
}
