package dev.penstock.discovery.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.ServiceState;
import dev.penstock.testkit.OpenedSource;
import dev.penstock.testkit.TestAuthority;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real server, which lets in who shows a certificate of its authority. */
@Timeout(120)
class EtcdTlsTest {
    @TempDir
    private static Path folder;

    private static TestAuthority good;
    private static TestAuthority other;
    private static EtcdServer etcd;

    @BeforeAll
    static void start() throws IOException {
        String names = "DNS:localhost,IP:127.0.0.1";
        good = TestAuthority.in(folder.resolve("good")).sign("server", names).sign("client", "DNS:client");
        other = TestAuthority.in(folder.resolve("other")).sign("client", "DNS:client");
        etcd = EtcdServer.start(folder.resolve("member"), good);
        etcd.put("v2", "/services/web/a", "127.0.0.1:8001");
        etcd.put("v3", "/services/web/a", "127.0.0.1:8001");
    }

    @AfterAll
    static void stop() {
        if (etcd != null) {
            etcd.close();
        }
    }

    private static OpenedSource open(String api, String options) {
        return Opened.of("etcd://" + etcd.address() + "/services/web?api=" + api + options);
    }

    private static String shows(TestAuthority authority) {
        return "&cert=" + authority.file("client.pem") + "&key=" + authority.file("client-key.pem");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2", "v3"})
    void member_byTls_isFollowed(String api) {
        try (var opened = open(api, "&tls&ca=" + good.file("ca.pem") + shows(good))) {
            opened.awaitReady("127.0.0.1:8001");
            etcd.put(api, "/services/web/b", "127.0.0.1:8002");
            opened.awaitReady("127.0.0.1:8001", "127.0.0.1:8002");
        }
    }

    @Test
    void client_withoutACertificate_isAProblem() {
        try (var opened = open("v3", "&tls&ca=" + good.file("ca.pem"))) {
            opened.await(ServiceState.Failed.class);
            // By TLS 1.3 the member says why after the handshake, and closes: who reads the end first learns no more.
            assertThat(opened.problem()).containsAnyOf("certificate", "no bytes");
        }
    }

    @Test
    void member_ofAnotherAuthority_isAProblem() {
        try (var byOther = open("v3", "&tls&ca=" + other.file("ca.pem") + shows(good));
                var byJdk = open("v3", "&tls" + shows(good))) {
            byOther.await(ServiceState.Failed.class);
            assertThat(byOther.problem()).contains("certification path");
            byJdk.await(ServiceState.Failed.class);
            assertThat(byJdk.problem()).contains("certification path");
        }
    }

    @Test
    void member_askedInPlainText_isAProblem() {
        try (var opened = open("v3", "")) {
            opened.await(ServiceState.Failed.class);
        }
    }
}
