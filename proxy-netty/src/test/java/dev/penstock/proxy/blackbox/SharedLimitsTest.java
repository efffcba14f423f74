package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.catalog.HealthSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.outlier.OutlierSpec;
import dev.penstock.proxy.CertificateSupplier;
import dev.penstock.proxy.CertifiedKey;
import dev.penstock.proxy.Gateway;
import dev.penstock.proxy.GatewayBuilder;
import dev.penstock.service.Service;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.StubBackend;
import dev.penstock.tls.ServerTls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What connections may take together, and what is kept of them for later: as much as was said, and no more. */
class SharedLimitsTest {
    private final EchoBackend backend = EchoBackend.start("B1");

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    /** Three requests at once, so over three connections; then none. */
    private void threeAtOnce(Gateway gateway) throws Exception {
        backend.hold();
        try (var one = RawClient.connect(gateway.port());
                var two = RawClient.connect(gateway.port());
                var three = RawClient.connect(gateway.port())) {
            for (RawClient client : List.of(one, two, three)) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            }
            backend.awaitHeld(3);
            backend.release();
            for (RawClient client : List.of(one, two, three)) {
                assertThat(client.read().status()).isEqualTo(200);
            }
        }
    }

    private static GatewayBuilder oneLoop(ServiceSpec site) {
        return Setup.builder(Setup.LISTENER, site).threads(1);
    }

    private ServiceSpec keeping(int idle) {
        ServiceSpec site = Setup.site(backend);
        return site.withLimits(site.limits().withIdle(idle));
    }

    private void awaitKept(int connections) {
        Eventually.eventually(
                Setup.GENEROUS, () -> assertThat(backend.openConnections()).isEqualTo(connections));
    }

    @ParameterizedTest
    @CsvSource({"0,0", "2,2", "256,3"})
    void idleConnectionsOfAnEndpoint_areKeptUpToItsLimit(int limit, int kept) throws Exception {
        try (var gateway = oneLoop(keeping(limit)).start()) {
            threeAtOnce(gateway);
            awaitKept(kept);
        }
    }

    @Test
    void idleConnectionsOfAnEndpoint_goByAChangedLimit_thoseThatAreKept_too() throws Exception {
        try (var gateway = oneLoop(keeping(256)).start()) {
            threeAtOnce(gateway);
            awaitKept(3);
            Service site = gateway.penstock().table().services().get(0);
            site.update(site.spec().withLimits(site.spec().limits().withIdle(0)), null, null);

            threeAtOnce(gateway);

            awaitKept(0);
        }
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1,1", "8192,3"})
    void idleConnectionsOfAll_areKeptUpToTheLimit(int limit, int kept) throws Exception {
        try (var gateway = oneLoop(keeping(256)).idleConnections(limit).start()) {
            threeAtOnce(gateway);
            awaitKept(kept);
        }
    }

    @ParameterizedTest
    @CsvSource({"99,502", "100,200"})
    void bodiesKeptForAnotherAttempt_takeAsMuchAsMayBe(long limit, int status) throws Exception {
        try (var stub = StubBackend.start(connection -> {
                    connection.readHead();
                    connection.read(100);
                    connection.reset();
                });
                var gateway = oneLoop(ServiceSpec.of("site")
                                .withEndpoints(
                                        List.of(Setup.endpoint("1", stub.port()), Setup.endpoint("2", backend.port())))
                                .withBalancer("first")
                                .withHealth(HealthSpec.defaults().withOutliers(OutlierSpec.OFF)))
                        .retryBodies(limit)
                        .start()) {
            for (int i = 0; i < 2; i++) { // what the first one took is given back
                try (var client = RawClient.connect(gateway.port())) {
                    client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n" + "x".repeat(100));
                    assertThat(client.read("PUT").status()).isEqualTo(status);
                }
            }
        }
    }

    @Test
    void certificateSupplier_isAskedSoMuchAtOnce_andWhatIsBeyondIsCounted(@TempDir Path folder) throws Exception {
        var pki = new Pki(folder);
        var issued = pki.issue("made.test");
        var key = new CertifiedKey(
                issued.getCertificatePathList(), issued.getKeyPair().getPrivate());
        var asked = new CountDownLatch(1);
        var answer = new CompletableFuture<Optional<CertifiedKey>>();
        CertificateSupplier supplier = name -> {
            asked.countDown();
            return answer;
        };
        var listener = Setup.LISTENER.withTls(ServerTls.of(pki.certificate("a", "a.test")));
        try (var gateway = Setup.builder(listener, Setup.site(backend))
                .certificates("web", supplier, 1)
                .start()) {
            var first = CompletableFuture.supplyAsync(() -> shown(pki, gateway));
            assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(shown(pki, gateway)).isEqualTo("a.test");
            assertThat(gateway.handshakesRefused("web")).containsEntry("supplier_busy", 1L);
            answer.complete(Optional.of(key));
            assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo("made.test");
            assertThat(shown(pki, gateway)).isEqualTo("made.test");
        }
    }

    private static String shown(Pki pki, Gateway gateway) {
        try (var client = pki.connect(gateway.port(), "made.test")) {
            return client.shown();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void settingsOutOfRange_areRefused() {
        assertThatThrownBy(() -> Gateway.builder().retryBodies(-1)).hasMessage("retryBodies: -1 (expected: 0 or more)");
        assertThatThrownBy(() -> Gateway.builder().idleConnections(1_000_001))
                .hasMessage("idleConnections: 1000001 (expected: 0..1000000)");
        assertThatThrownBy(() -> Gateway.builder().certificates("web", name -> new CompletableFuture<>(), 0))
                .hasMessage("mostOpen: 0 (expected: 1..1000000)");
    }
}
