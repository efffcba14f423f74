package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.Forwarding;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.resolve.AddressRange;
import dev.penstock.testkit.DeadAddress;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObserverRowsTest {
    private final EchoBackend b1 = EchoBackend.start("B1");
    private final List<AutoCloseable> resources = new ArrayList<>(List.of(b1));

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : resources) {
            resource.close();
        }
    }

    private <T extends AutoCloseable> T keep(T resource) {
        resources.add(resource);
        return resource;
    }

    @Test
    void X10_observersThatBlock_doNotHoldUpTraffic() throws Exception {
        var never = new CountDownLatch(1);
        try (var site = Setup.builder(Setup.LISTENER, Setup.site(b1))
                .observer(record -> awaitQuietly(never))
                .start()) {
            assertThat(Setup.tally(site, "a", 3000)).containsEntry("B1", 3000);
            never.countDown();
        }
    }

    @Test
    void X10_observersThatThrow_doNotHarmTrafficNorOtherObservers() throws Exception {
        var records = new Records();
        try (var gateway = Setup.builder(Setup.LISTENER, Setup.site(b1))
                .observer(record -> {
                    throw new AssertionError("on purpose");
                })
                .observer(records)
                .start()) {
            assertThat(Setup.tally(gateway, "a", 20)).containsEntry("B1", 20);
            for (int i = 0; i < 20; i++) {
                assertThat(records.next().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void H07_clientOfTheRecord_isBelievedFromATrustedProxyOnly() throws Exception {
        var records = new Records();
        var trusting = Setup.LISTENER.withForwarding(
                Forwarding.defaults().withTrustedProxies(AddressRange.parse("127.0.0.0/8")));
        for (var listener : List.of(trusting, Setup.LISTENER)) {
            try (var gateway = Setup.builder(listener, Setup.site(b1))
                            .observer(records)
                            .start();
                    var client = RawClient.connect(gateway.port())) {
                client.exchange("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 9.9.9.9\r\n\r\n");
                String expected = listener.equals(trusting) ? "9.9.9.9" : "127.0.0.1";
                assertThat(records.next().client()).contains(expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void F02_fiveEndpointsThatRefuse_areTriedUpToTheBound(int attempts) throws Exception {
        String[] dead = Stream.generate(() -> keep(DeadAddress.refusing()).address())
                .limit(5)
                .toArray(String[]::new);
        var records = new Records();
        var spec = ServiceSpec.of("site", dead).withAttempts(attempts);
        try (var gateway = Setup.builder(Setup.LISTENER, spec).observer(records).start()) {
            assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(502);
            assertThat(records.next().attempts()).isEqualTo(attempts);
            Setup.awaitNothingInFlight(gateway);
        }
    }

    @Test
    void F02_byDefault_atMostThreeEndpointsThatRefuse_areTried() throws Exception {
        String[] dead = Stream.generate(() -> keep(DeadAddress.refusing()).address())
                .limit(5)
                .toArray(String[]::new);
        var records = new Records();
        try (var gateway = Setup.builder(Setup.LISTENER, ServiceSpec.of("site", dead))
                .observer(records)
                .start()) {
            assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(502);
            assertThat(records.next().attempts()).isEqualTo(3);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
