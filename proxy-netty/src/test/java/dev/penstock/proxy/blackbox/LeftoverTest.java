package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.proxy.ClientRefusal;
import dev.penstock.proxy.Gateway;
import dev.penstock.proxy.TlsChoice;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.tls.ServerTls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a client still sends after the answer that ends its connection: enough is dropped for it to read that, no more. */
@ExtendWith(LeakExtension.class)
class LeftoverTest {
    private static final String MALFORMED = "POST /x HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0x9\r\n\r\n";
    private static final long NEVER_TAKEN = 100_000_000;

    /** Lets what a client still sends pass in any time. */
    private static final ListenerSpec PATIENT =
            Setup.LISTENER.withTimeouts(Setup.LISTENER.timeouts().withLinger(Setup.GENEROUS));

    @TempDir
    private Path directory;

    private final EchoBackend backend = EchoBackend.start("B1");
    private Pki pki;

    /** How the client comes. */
    enum Way {
        PLAIN(TlsChoice.JDK, ""),
        JDK_12(TlsChoice.JDK, "TLSv1.2"),
        JDK_13(TlsChoice.JDK, "TLSv1.3"),
        BORINGSSL_12(TlsChoice.BORINGSSL, "TLSv1.2"),
        BORINGSSL_13(TlsChoice.BORINGSSL, "TLSv1.3");

        private final TlsChoice provider;
        private final String version;

        Way(TlsChoice provider, String version) {
            this.provider = provider;
            this.version = version;
        }
    }

    @BeforeEach
    void makeAuthority() {
        pki = new Pki(directory);
    }

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    private Gateway gateway(Way way, ListenerSpec listener) throws IOException {
        ListenerSpec spec =
                way == Way.PLAIN ? listener : listener.withTls(ServerTls.of(pki.certificate("a", "a.test")));
        return Setup.builder(spec, Setup.site(backend)).tls(way.provider).start();
    }

    private RawClient client(Way way, Gateway gateway) throws IOException {
        return way == Way.PLAIN
                ? RawClient.connect(gateway.port())
                : Pki.connect(pki.client(null), gateway.port(), "a.test", way.version)
                        .http();
    }

    private static ListenerSpec leftover(int bytes) {
        var limits = Setup.LISTENER.limits();
        return PATIENT.withLimits(limits.withConnections(limits.connections().withLeftoverBytes(bytes)));
    }

    private static void awaitNobody(Gateway gateway) {
        Eventually.eventually(
                Setup.GENEROUS,
                () -> assertThat(gateway.status("web").connections()).isZero());
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void clientThatGoesOnSending_afterItsRefusal_isReset(Way way) throws Exception {
        try (var gateway = gateway(way, PATIENT);
                var client = client(way, gateway)) {
            long sent = 0;
            try {
                client.send(MALFORMED);
                for (byte[] more = new byte[100_000]; sent < NEVER_TAKEN; sent += more.length) {
                    client.send(more);
                }
            } catch (IOException e) {
                assertThat(e).isNotNull(); // it was reset
            }

            assertThat(sent).isLessThan(NEVER_TAKEN);
            awaitNobody(gateway);
            assertThat(gateway.status("web").refused()).containsEntry(ClientRefusal.MALFORMED, 1L);
            assertThat(Setup.LISTENER.limits().connections().leftoverBytes()).isEqualTo(4 << 20);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void clientThatSendsAWholeBody_readsItsRefusal_andTheEnd(Way way) throws Exception {
        try (var gateway = gateway(way, PATIENT);
                var client = client(way, gateway)) {
            client.send(MALFORMED).send(new byte[1_000_000]);

            assertThat(client.read().status()).isEqualTo(400);
            assertThat(client.input().read()).isNegative(); // the end, not a reset
            client.close();
            awaitNobody(gateway);
            assertThat(gateway.status("web").refused()).containsOnlyKeys(ClientRefusal.MALFORMED);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void clientThatStays_afterItsRefusal_isCutOffAfterTheLinger(Way way) throws Exception {
        var shortly = Setup.LISTENER.withTimeouts(Setup.LISTENER.timeouts().withLinger(Duration.ofMillis(50)));
        try (var gateway = gateway(way, shortly);
                var client = client(way, gateway)) {
            client.send(MALFORMED);

            assertThat(client.read().status()).isEqualTo(400);
            awaitNobody(gateway); // though the client has not closed it
            assertThat(ListenerSpec.of("any", ":0").timeouts().linger()).isEqualTo(Duration.ofSeconds(2));
        }
    }

    @Test
    void bodyThatIsTooLong_isDropped_andItsRefusalRead() throws Exception {
        var listener = PATIENT.withLimits(Setup.LISTENER.limits().withBodyBytes(1_000));
        try (var gateway = Setup.start(listener, Setup.site(backend));
                var client = RawClient.connect(gateway.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
            client.send(new byte[1_000_000]);

            assertThat(client.read().status()).isEqualTo(413);
            assertThat(client.input().read()).isNegative();
        }
    }

    @Test
    void answerOfAnEndpoint_thatEndsTheConnection_isReadAllTheSame() throws Exception {
        backend.answer(exchange -> exchange.respond(403, new byte[10]));
        try (var gateway = Setup.start(PATIENT, Setup.site(backend));
                var client = RawClient.connect(gateway.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello");
            client.send(new byte[1_000_000]); // what is no request, as the connection ends

            assertThat(client.read().status()).isEqualTo(403);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void moreThanIsAllowed_isCounted(Way way) throws Exception {
        byte[] head = MALFORMED.getBytes(StandardCharsets.US_ASCII);
        byte[] all = Arrays.copyOf(head, 2_000_000);
        try (var gateway = gateway(way, leftover(10_000));
                var client = client(way, gateway)) {
            try {
                client.send(all);
            } catch (IOException e) {
                assertThat(e).isNotNull(); // it was reset meanwhile
            }

            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> assertThat(gateway.status("web").refused())
                            .containsEntry(ClientRefusal.MALFORMED, 1L)
                            .containsEntry(ClientRefusal.LEFTOVER, 1L));
            awaitNobody(gateway);
        }
    }
}
