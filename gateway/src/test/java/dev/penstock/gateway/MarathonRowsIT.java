package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.discovery.marathon.FakeMarathon;
import dev.penstock.testkit.EchoBackend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code penstock marathon} as a process of its own. */
@Timeout(240)
class MarathonRowsIT {
    private static final FakeMarathon MARATHON = FakeMarathon.start();
    private static final EchoBackend FIRST = EchoBackend.start("first");
    private static final EchoBackend SECOND = EchoBackend.start("second");
    private static Packaged program;

    @BeforeAll
    static void start() {
        program = Packaged.command(
                Map.of("MARATHON_URL", "http://127.0.0.1:1/", "REFRESH_INTERVAL", "nothing"), // flags win
                List.of(
                        Packaged.JAVA,
                        "-jar",
                        Packaged.JAR,
                        "marathon",
                        "-m",
                        "http://" + MARATHON.address() + "/",
                        "-i",
                        "1",
                        "--listen=127.0.0.1",
                        "--status-endpoint=",
                        "--drain=0s"));
    }

    @AfterAll
    static void stop() throws Exception {
        try {
            program.signal("TERM");
            assertThat(program.status()).isZero();
        } finally {
            program.close();
            FIRST.close();
            SECOND.close();
            MARATHON.close();
        }
    }

    private static void deploy(String id, int servicePort, Map<String, String> labels, EchoBackend... backends) {
        int[] tasks = Stream.of(backends).mapToInt(EchoBackend::port).toArray();
        new MarathonApp(id, servicePort, labels).deploy(MARATHON, tasks);
    }

    /** A connection of its own for each. */
    private static String get(int port, String header) throws IOException {
        try (var socket = connect(port)) {
            String request = "GET / HTTP/1.1\r\nHost: x\r\n" + header + "Connection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static Socket connect(int port) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) Packaged.SOON.toMillis());
        return socket;
    }

    private static void awaitOpen(int port) {
        eventually(
                Packaged.SOON, () -> assertThat(isOpen(port)).as(program.err()).isTrue());
    }

    private static boolean isOpen(int port) {
        try (var socket = connect(port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void M01_X05_servicePort_leadsToItsTasks_andClosesWithThem() throws Exception {
        int port = FreePorts.next();
        deploy("/product/shop", port, Map.of(), FIRST, SECOND);
        awaitOpen(port);
        eventually(Packaged.SOON, () -> {
            Set<String> seen = new TreeSet<>();
            for (int i = 0; i < 20; i++) {
                seen.add(get(port, "").contains("\nfirst") ? "first" : "second");
            }
            assertThat(seen).containsExactly("first", "second");
        });
        deploy("/product/shop", port, Map.of());
        eventually(Packaged.SOON, () -> assertThat(isOpen(port)).isFalse());
    }

    @Test
    void M18_modeHttp_namesTheClientWhereNobodyDid_andTcpLeavesBytesAlone() throws Exception {
        int port = FreePorts.next();
        deploy("/mode", port, Map.of("mode", "http"), FIRST);
        awaitOpen(port);
        eventually(
                Packaged.SOON, () -> assertThat(get(port, "")).containsIgnoringCase("X-Forwarded-For: 127.0.0.1\r\n"));
        assertThat(get(port, "X-Forwarded-For: 9.9.9.9\r\n")).containsIgnoringCase("X-Forwarded-For: 9.9.9.9\r\n");
        deploy("/mode", port, Map.of("mode", "tcp"), FIRST); // as M20: the task stays as it is
        eventually(
                Packaged.SOON,
                () -> assertThat(get(port, "")).contains("first").doesNotContainIgnoringCase("X-Forwarded-For"));
    }

    @Test
    void M19_silentConnection_isClosed() throws Exception {
        int port = FreePorts.next();
        deploy("/silent", port, Map.of("timeout.client", "3", "timeout.server", "3"), FIRST);
        awaitOpen(port);
        try (var socket = connect(port)) {
            socket.setSoTimeout(500); // much less than the idle time: nothing comes, and no end
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            socket.setSoTimeout((int) Packaged.SOON.toMillis());
            assertThat(socket.getInputStream().read()).isNegative();
        }
    }

    @Test
    void E09_nothingToFollow_isHelpAndStatus1() throws Exception {
        try (var none = Packaged.start("marathon")) {
            assertThat(none.status()).isEqualTo(1);
            assertThat(none.err()).contains("Usage: penstock marathon");
        }
    }
}
