package dev.penstock.discovery.consul;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.ServiceState;
import dev.penstock.testkit.OpenedSource;
import dev.penstock.testkit.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real agent over TLS that asks for the client's certificate, and whose own is of {@code server.dc1.consul}. */
@Timeout(180)
class ConsulTlsTest {
    @TempDir
    static Path folder;

    private static TestAuthority good;
    private static TestAuthority other;
    private static ConsulServer consul;
    private static int port;

    @BeforeAll
    static void start() throws IOException {
        good = TestAuthority.in(folder.resolve("good"))
                .sign("server", "DNS:server.dc1.consul,DNS:localhost")
                .sign("client", "DNS:client.dc1.consul");
        other = TestAuthority.in(folder.resolve("other")).sign("server", "DNS:server.dc1.consul,DNS:localhost");
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Path settings = Files.createDirectories(folder.resolve("agent/conf.d"));
        Files.writeString(
                settings.resolve("tls.json"),
                String.format(
                        Locale.ROOT,
                        "{\"ports\":{\"https\":%d},\"verify_incoming\":true,\"ca_file\":\"%s\",\"cert_file\":\"%s\","
                                + "\"key_file\":\"%s\"}",
                        port,
                        good.file("ca.pem"),
                        folder.resolve("server.pem"),
                        folder.resolve("server-key.pem")));
        serveWith(good);
        consul = ConsulServer.start(folder.resolve("agent"));
        consul.register("orders", "a", "127.0.0.1", 8001);
    }

    @AfterAll
    static void stop() {
        if (consul != null) {
            consul.close();
        }
    }

    private static void serveWith(TestAuthority authority) throws IOException {
        for (String name : new String[] {"server.pem", "server-key.pem"}) {
            Files.copy(authority.file(name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static String client() {
        return "&cert=" + good.file("client.pem") + "&key=" + good.file("client-key.pem");
    }

    private static OpenedSource open(String host, String options) {
        return Opened.of("consul://" + host + ":" + port + "/orders?tls" + options, Map.of());
    }

    @Test
    void K10_clientCertificate_opensTheAgent() {
        try (var opened = open("localhost", "&ca=" + good.file("ca.pem") + client())) {
            opened.awaitReady("127.0.0.1:8001");
            consul.register("orders", "b", "127.0.0.1", 8002);
            opened.awaitReady("127.0.0.1:8001", "127.0.0.1:8002");
            consul.deregister("b");
            opened.awaitReady("127.0.0.1:8001");
        }
    }

    @Test
    void K10_preparedQuery_isExecutedOverTls() {
        consul.send("POST", "/v1/query", "{\"Name\":\"newest\",\"Service\":{\"Service\":\"orders\"}}");
        String uri = "consul://localhost:" + port + "/newest?prepared&tls&ca=" + good.file("ca.pem") + client();
        try (var opened = Opened.of(uri)) {
            opened.awaitReady("127.0.0.1:8001");
        }
    }

    @Test
    void K10_addressWithServerName_isCheckedByThatName() {
        String options = "&ca=" + good.file("ca.pem") + client();
        try (var named = open("127.0.0.1", options + "&serverName=server.dc1.consul");
                var nameless = open("127.0.0.1", options)) {
            named.awaitReady("127.0.0.1:8001");
            nameless.await(ServiceState.Failed.class);
            assertThat(((ServiceState.Failed) nameless.current()).problem()).contains("127.0.0.1");
        }
    }

    @Test
    void K10_noClientCertificate_isAProblem() {
        try (var opened = open("localhost", "&ca=" + good.file("ca.pem"))) {
            opened.await(ServiceState.Failed.class);
            // By TLS 1.3 the agent says why after the handshake, and closes: who reads the end first learns no more.
            assertThat(((ServiceState.Failed) opened.current()).problem()).containsAnyOf("certificate", "no bytes");
        }
    }

    @Test
    void K10_otherAuthority_isAProblem() {
        try (var opened = open("localhost", "&ca=" + other.file("ca.pem") + client())) {
            opened.await(ServiceState.Failed.class);
            assertThat(((ServiceState.Failed) opened.current()).problem()).contains("certification path");
        }
    }

    @Test
    void K10_serverChangesToAnotherAuthority_keepsTheListAndIsSaid() throws IOException {
        try (var opened = open("localhost", "&ca=" + good.file("ca.pem") + client())) {
            opened.awaitReady("127.0.0.1:8001");
            restartWith(other);
            eventually(OpenedSource.LIMIT, () -> {
                assertThat(opened.current()).isInstanceOf(ServiceState.Stale.class);
                assertThat(((ServiceState.Stale) opened.current()).problem()).contains("certification path");
            });
            assertThat(opened.endpoints()).hasSize(1);
            restartWith(good);
            opened.awaitReady("127.0.0.1:8001");
        }
    }

    private static void restartWith(TestAuthority authority) throws IOException {
        consul.stop();
        serveWith(authority);
        consul.start();
        consul.pass("a"); // the agent forgets the state of checks that it was only told of
    }
}
