package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.proxy.ClientTls;
import dev.penstock.proxy.TlsChoice;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import dev.penstock.tls.ClientCertificates;
import dev.penstock.tls.ClientCertificates.Demand;
import dev.penstock.tls.ServerTls;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What observers are told of the TLS that a request came by. */
class TlsRecordsTest {
    private final EchoBackend b1 = EchoBackend.start("B1");
    private final Records records = new Records();

    @TempDir
    private Path directory;

    private Pki pki;

    @BeforeEach
    void makeAuthority() {
        pki = new Pki(directory);
    }

    @AfterEach
    void closeBackend() {
        b1.close();
    }

    private ClientTls recorded(SSLContext client, int port, String name, String version) throws Exception {
        try (var connection = Pki.connect(client, port, name, version)) {
            assertThat(connection.http().get("a.test", "/").status()).isEqualTo(200);
        }
        return records.next().tls();
    }

    @ParameterizedTest
    @EnumSource(
            names = {"JDK", "BORINGSSL"},
            value = TlsChoice.class)
    void record_saysVersionNameAndSubject_alsoOfResumedSessions(TlsChoice provider) throws Exception {
        var optional = new ClientCertificates(Demand.OPTIONAL, pki.ca());
        var tls = ServerTls.of(pki.certificate("a", "a.test").withClients(optional), pki.certificate("b", "b.test"));
        try (var gateway = Setup.builder(Setup.LISTENER.withTls(tls), Setup.site(b1))
                .tls(provider)
                .observer(records)
                .start()) {
            int port = gateway.port();
            for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
                SSLContext alice = pki.client(pki.issue("alice"));
                var expected = new ClientTls(version, "a.test", "CN=alice");
                assertThat(recorded(alice, port, "A.test", version)).isEqualTo(expected);
                assertThat(recorded(alice, port, "a.test", version)).isEqualTo(expected);
                assertThat(recorded(pki.client(null), port, "a.test", version))
                        .isEqualTo(new ClientTls(version, "a.test", ""));
            }
        }
    }

    @Test
    void record_ofARequestWithoutTls_saysNothing() throws Exception {
        try (var gateway = Setup.builder(Setup.LISTENER, Setup.site(b1))
                        .observer(records)
                        .start();
                var client = RawClient.connect(gateway.port())) {
            client.get("a.test", "/");

            assertThat(records.next().tls()).isEqualTo(ClientTls.NONE);
        }
    }
}
