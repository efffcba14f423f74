package dev.penstock.proxy.blackbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.Forwarding;
import dev.penstock.catalog.HealthSpec;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.ProxyProtocol;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.health.CheckSpec;
import dev.penstock.health.Health;
import dev.penstock.health.HttpCheck;
import dev.penstock.proxy.ClientRefusal;
import dev.penstock.proxy.Gateway;
import dev.penstock.resolve.AddressRange;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyProtocolRowsTest {
    private static final AddressRange LOOPBACK = AddressRange.parse("127.0.0.0/8");
    private static final ListenerSpec PROXIED =
            Setup.LISTENER.withForwarding(Forwarding.defaults().withProxyProtocol(LOOPBACK));
    private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
    private static final String V1 = "PROXY TCP4 9.9.9.9 127.0.0.1 4711 80\r\n";
    private static final String V2 = SIGNATURE + "\41\21\0\14" + "\t\t\t\t\177\0\0\1\22\70\0\120";
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final EchoBackend backend = EchoBackend.start("B1");
    private final Records records = new Records();

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    private Gateway gateway(ListenerSpec listener, ServiceSpec site) {
        return Setup.builder(listener, site).observer(records).start();
    }

    @ParameterizedTest
    @ValueSource(strings = {V1, V2, SIGNATURE + "\41\21\0\17\t\t\t\t\177\0\0\1\22\70\0\120" + "\4\0\0"})
    void T06_header_givesTheClientAddressOfHeadersAndLog(String header) throws Exception {
        try (var gateway = gateway(PROXIED, Setup.site(backend));
                var client = RawClient.connect(gateway.port())) {
            client.send(header.getBytes(ISO_8859_1));
            for (int i = 0; i < 2; i++) {
                var head = client.exchange(GET).echo().head();

                assertThat(head.headers("X-Forwarded-For")).containsExactly("9.9.9.9");
                assertThat(head.headers("X-Real-IP")).containsExactly("9.9.9.9");
                assertThat(records.next().client()).isEqualTo("9.9.9.9");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {V1, V2})
    void T06_header_inPiecesOfOneByte_onTwoConnectionsAtOnce_isNotMixed(String header) throws Exception {
        String other = header.replace("9.9.9.9", "8.8.8.8").replace("\t\t\t\t", "\b\b\b\b");
        try (var gateway = gateway(PROXIED, Setup.site(backend));
                var one = RawClient.connect(gateway.port());
                var two = RawClient.connect(gateway.port())) {
            for (int i = 0; i < header.length(); i++) {
                one.send(header.substring(i, i + 1).getBytes(ISO_8859_1));
                two.send(other.substring(i, i + 1).getBytes(ISO_8859_1));
            }

            assertThat(two.exchange(GET).echo().head().headers("X-Forwarded-For"))
                    .containsExactly("8.8.8.8");
            assertThat(one.exchange(GET).echo().head().headers("X-Forwarded-For"))
                    .containsExactly("9.9.9.9");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY UNKNOWN\r\n", SIGNATURE + "\40\0\0\0"})
    void T06_headerThatSaysNothing_leavesTheAddressOfTheConnection(String header) throws Exception {
        try (var gateway = gateway(PROXIED, Setup.site(backend));
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.exchange(header + GET).echo().head().headers("X-Forwarded-For"))
                    .containsExactly("127.0.0.1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {GET, "PROXY TCP4 9.9.9.9\r\n" + GET, SIGNATURE + "\377", "\26\3\1\2\0"})
    void T06_connectionWithoutAHeader_isClosed_andReachesNobody(String bytes) throws Exception {
        try (var gateway = gateway(PROXIED, Setup.site(backend));
                var client = RawClient.connect(gateway.port())) {
            client.send(bytes.getBytes(ISO_8859_1));

            assertThat(client.readToEnd()).isEmpty();
            assertThat(backend.requests()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY TCP4 9.9.9.9 127.0", SIGNATURE + "\41\21\0\14\t\t"})
    void T06_headerThatEndsInItsMiddle_isCounted_andTheNextClientIsServed(String half) throws Exception {
        try (var gateway = gateway(PROXIED, Setup.site(backend));
                var client = RawClient.connect(gateway.port());
                var next = RawClient.connect(gateway.port())) {
            client.send(half.getBytes(ISO_8859_1)).halfClose();
            assertThat(client.readToEnd()).isEmpty();
            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> assertThat(gateway.status("web").refused()).containsEntry(ClientRefusal.PROXY_HEADER, 1L));
            assertThat(next.exchange(V1 + GET).status()).isEqualTo(200);
            assertThat(backend.requests()).isOne();
        }
    }

    @Test
    void T06_headerFromElsewhereThanTheRanges_isRefused() throws Exception {
        var listener = Setup.LISTENER.withForwarding(
                Forwarding.defaults().withProxyProtocol(AddressRange.parse("10.0.0.0/8")));
        try (var gateway = gateway(listener, Setup.site(backend));
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.readToEnd()).isEmpty();
            assertThat(backend.requests()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {V1, V2})
    void T06_headerWithoutTheOption_isAnswered400(String header) throws Exception {
        try (var gateway = gateway(Setup.LISTENER, Setup.site(backend));
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.exchange(header + GET).status()).isEqualTo(400);
            assertThat(backend.requests()).isZero();
        }
    }

    @Test
    void T06_clientOfTheHeader_mayBeATrustedProxyItself() throws Exception {
        var listener = Setup.LISTENER.withForwarding(
                Forwarding.defaults().withProxyProtocol(LOOPBACK).withTrustedProxies(AddressRange.parse("9.9.9.9")));
        try (var gateway = gateway(listener, Setup.site(backend));
                var client = RawClient.connect(gateway.port())) {
            client.exchange(V1 + "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 7.7.7.7\r\n\r\n");

            assertThat(records.next().client()).isEqualTo("7.7.7.7");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ProxyProtocol.class,
            names = {"V1", "V2"})
    void endpointsThatAreToldByAHeader_haveAConnectionForEachClient(ProxyProtocol version) throws Exception {
        var inner = Setup.LISTENER.withForwarding(Forwarding.defaults().withProxyProtocol(LOOPBACK));
        try (var last = gateway(inner, Setup.site(backend));
                var gateway = Setup.start(
                        PROXIED,
                        ServiceSpec.of("site", "127.0.0.1:" + last.port()).withProxyProtocol(version));
                var one = RawClient.connect(gateway.port());
                var two = RawClient.connect(gateway.port())) {
            one.send(V1.getBytes(ISO_8859_1));
            two.send(V1.replace("9.9.9.9", "8.8.8.8").getBytes(ISO_8859_1));
            for (int i = 0; i < 3; i++) {
                for (var client : List.of(one, two)) {
                    String address = client == one ? "9.9.9.9" : "8.8.8.8";
                    assertThat(client.exchange(GET).status()).isEqualTo(200);
                    assertThat(records.next().client()).isEqualTo(address);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ProxyProtocol.class,
            names = {"V1", "V2"})
    void healthCheck_ofEndpointsThatAreToldByAHeader_beginsWithOneThatNamesNobody(ProxyProtocol version)
            throws Exception {
        var inner = Setup.LISTENER.withForwarding(Forwarding.defaults().withProxyProtocol(LOOPBACK));
        var check = CheckSpec.of(HttpCheck.get("/up")).withInterval(Duration.ofMillis(50));
        try (var last = gateway(inner, Setup.site(backend));
                var gateway = Setup.start(ServiceSpec.of("site", "127.0.0.1:" + last.port())
                        .withProxyProtocol(version)
                        .withHealth(HealthSpec.defaults().withCheck(check)))) {
            var service = gateway.penstock().table().services().get(0);
            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> assertThat(service.health("127.0.0.1:" + last.port()).health())
                            .isEqualTo(Health.UP));
            assertThat(records.next().client()).isEqualTo("127.0.0.1");
        }
    }
}
