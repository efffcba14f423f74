package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.proxy.UnixDatagram;
import dev.penstock.time.Ticker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceManagerTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int SIGTERM = 15;
    private static final int SIGHUP = 1;

    @TempDir
    Path directory;

    @BeforeEach
    void onLinux() {
        assumeTrue(UnixDatagram.isAvailable(), "datagrams to sockets with names need epoll");
    }

    private Path file() throws Exception {
        return Files.writeString(
                directory.resolve("penstock.yaml"), "listeners: [{address: 127.0.0.1:0, name: web}]\nadmin: off\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void program_tellsThatItServesReadsAndEnds(boolean path) throws Exception {
        String name = path ? directory.resolve("notify").toString() : "@penstock-" + UUID.randomUUID();
        try (var manager = NotifySocket.at(name)) {
            var program = new InProcess(Map.of("NOTIFY_SOCKET", name));
            var running = program.start("run", "-f", file().toString());
            eventually(SOON, () -> assertThat(manager.told()).hasSize(1));
            assertThat(manager.told().get(0))
                    .startsWith("READY=1\nSTATUS=penstock ")
                    .contains("web http://127.0.0.1:")
                    .doesNotEndWith("\n");

            long before = Ticker.system().nanos() / 1_000;
            program.signal(SIGHUP);
            eventually(SOON, () -> assertThat(manager.told()).hasSize(3));
            assertThat(manager.told().get(1)).matches("RELOADING=1\nMONOTONIC_USEC=[0-9]+");
            assertThat(Long.parseLong(manager.told().get(1).replaceAll("(?s).*=", "")))
                    .isBetween(before, Ticker.system().nanos() / 1_000);
            assertThat(manager.told().get(2)).startsWith("READY=1\nSTATUS=penstock ");

            program.signal(SIGTERM);
            assertThat(InProcess.status(running)).isZero();
            assertThat(manager.told()).hasSize(4).last().isEqualTo("STOPPING=1\nSTATUS=ends");
        }
    }

    @Test
    void watchdog_isGivenSignsOfLife_whereItIsThisProcessThatIsWatched() throws Exception {
        String name = directory.resolve("notify").toString();
        String self = Long.toString(ProcessHandle.current().pid());
        try (var manager = NotifySocket.at(name);
                var asked = ServiceManager.of(
                        Map.of("NOTIFY_SOCKET", name, "WATCHDOG_USEC", "20000", "WATCHDOG_PID", self),
                        Ticker.system())) {
            eventually(
                    SOON, () -> assertThat(manager.told()).hasSizeGreaterThan(3).containsOnly("WATCHDOG=1"));
            asked.close();
            int told = manager.told().size();

            try (var other = ServiceManager.of(
                    Map.of("NOTIFY_SOCKET", name, "WATCHDOG_USEC", "20000", "WATCHDOG_PID", "1"), Ticker.system())) {
                other.stopping();
            }
            assertThat(manager.told().subList(told, manager.told().size())).containsExactly("STOPPING=1\nSTATUS=ends");
        }
    }

    @Test
    void socketThatNobodyHas_disturbsNothing() throws Exception {
        String nobody = directory.resolve("nobody").toString();
        var program = new InProcess(Map.of("NOTIFY_SOCKET", nobody));
        var running = program.start("run", "-f", file().toString());
        eventually(SOON, () -> assertThat(program.out()).contains("web http"));

        program.signal(SIGTERM);

        assertThat(InProcess.status(running)).isZero();
    }
}
