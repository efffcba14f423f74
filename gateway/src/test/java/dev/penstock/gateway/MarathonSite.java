package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.marathon.FakeMarathon;
import dev.penstock.testkit.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** {@code penstock marathon} as a process of its own beside a made-up Marathon, and who answers at its ports. Confined to its test. */
final class MarathonSite implements AutoCloseable {
    private static final int TRIES = 12; // that each of two or three endpoints answers

    private final FakeMarathon marathon = FakeMarathon.start();
    private final Packaged program;
    private final int status;

    private MarathonSite(List<String> java, List<String> options) {
        List<String> command = new ArrayList<>(List.of(Packaged.JAVA));
        command.addAll(java);
        command.addAll(List.of(
                "-jar",
                Packaged.JAR,
                "marathon",
                "-m",
                "http://" + marathon.address() + "/",
                "-i",
                "1",
                "--listen=127.0.0.1",
                "--status-endpoint=127.0.0.1:0",
                "--drain=0s"));
        command.addAll(options);
        program = Packaged.command(Map.of(), command);
        status = program.port("admin http://127.0.0.1:");
    }

    /**
     * Starts it; it reads Marathon each second.
     *
     * @param java options of the virtual machine
     * @param options more of the command
     */
    static MarathonSite start(List<String> java, String... options) {
        return new MarathonSite(java, List.of(options));
    }

    FakeMarathon marathon() {
        return marathon;
    }

    String log() {
        return program.err();
    }

    /** What {@code /state} says. */
    String state() {
        return get(status, "/state");
    }

    private static String get(int port, String path) {
        try (var client = RawClient.connect(port)) {
            return client.get("admin", path).text();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The backend of HTTP that answers at a port; {@code closed} if nobody listens, nothing if the connection ends before. */
    static String who(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) Packaged.SOON.toMillis());
            return RawClient.over(socket).get("x", "/").echo().backend();
        } catch (ConnectException e) {
            return "closed";
        } catch (IOException | AssertionError e) {
            return ""; // connected when the port was about to close
        }
    }

    /** All who answer at a port. */
    static Set<String> all(int port) {
        Set<String> seen = new TreeSet<>();
        for (int i = 0; i < TRIES; i++) {
            seen.add(who(port));
        }
        return seen;
    }

    /** Waits until these backends, and no others, answer at a port. */
    void await(int port, String... backends) {
        eventually(Packaged.SOON, () -> assertThat(all(port)).as(this::log).containsExactlyInAnyOrder(backends));
    }

    void awaitState(String... parts) {
        eventually(Packaged.SOON, () -> assertThat(state()).contains(parts));
    }

    void awaitLog(String... parts) {
        eventually(Packaged.SOON, () -> assertThat(log()).contains(parts));
    }

    @Override
    public void close() {
        try {
            program.signal("TERM");
            assertThat(program.status()).as(log()).isZero();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            program.close();
            marathon.close();
        }
    }
}
