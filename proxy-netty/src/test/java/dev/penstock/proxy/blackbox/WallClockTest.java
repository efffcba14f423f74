package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RequiresTool;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A clock on the wall that jumps by an hour, as after a correction: the gateway takes its times from elsewhere. That of the
 * gateway's process alone jumps: its calls of the system are answered by a small library first.
 */
@EnabledOnOs(OS.LINUX)
class WallClockTest {
    private static final String LIBRARY = """
            #define _GNU_SOURCE
            #include <fcntl.h>
            #include <stdlib.h>
            #include <sys/mman.h>
            #include <sys/syscall.h>
            #include <sys/time.h>
            #include <time.h>
            #include <unistd.h>

            static volatile long long *jump; /* seconds, in a file that the test writes */

            __attribute__((constructor)) static void open_jump(void) {
                int file = open("@JUMP@", O_RDONLY);
                jump = mmap(0, sizeof *jump, PROT_READ, MAP_SHARED, file, 0);
                if (file < 0 || jump == MAP_FAILED) {
                    abort();
                }
            }

            int clock_gettime(clockid_t clock, struct timespec *now) {
                int result = syscall(SYS_clock_gettime, clock, now);
                if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) {
                    now->tv_sec += *jump;
                }
                return result;
            }

            int gettimeofday(struct timeval *restrict now, void *restrict zone) {
                int result = syscall(SYS_gettimeofday, now, zone);
                now->tv_sec += *jump;
                return result;
            }

            time_t time(time_t *now) {
                struct timespec seconds;
                clock_gettime(CLOCK_REALTIME, &seconds);
                if (now) {
                    *now = seconds.tv_sec;
                }
                return seconds.tv_sec;
            }
            """;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String HALF = "GET /half HTTP/1.1\r\nHost: a\r\n";

    private final EchoBackend backend = EchoBackend.start("B1");

    @TempDir
    Path folder;

    private Path jump;
    private Path library;

    @BeforeEach
    void compile() throws Exception {
        jump = folder.resolve("jump");
        jumpBy(Duration.ZERO);
        Path source = Files.writeString(folder.resolve("clock.c"), LIBRARY.replace("@JUMP@", jump.toString()));
        library = folder.resolve("clock.so");
        var compiled = RequiresTool.run("cc", "-shared", "-fPIC", "-o", library.toString(), source.toString());
        assertThat(library).as(compiled.output()).exists();
    }

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    private void jumpBy(Duration time) throws Exception {
        var bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        // In place, since the process has the file's memory.
        Files.write(jump, bytes.putLong(time.toSeconds()).array(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** Has the clock of the process jump, and sees that it has. */
    private void jumpBy(Duration time, GatewayProcess gateway) throws Exception {
        long before = gateway.wallClock();
        jumpBy(time);
        assertThat(gateway.wallClock() - before).isCloseTo(time.toMillis(), within(60_000L));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, -1})
    void clockThatJumps_endsNothingThatIsUnderWay(int direction) throws Exception {
        try (var gateway = GatewayProcess.startWithLibrary(library, backend.port());
                var idle = RawClient.connect(gateway.port());
                var half = RawClient.connect(gateway.port());
                var busy = RawClient.connect(gateway.port())) {
            assertThat(idle.get("a", "/").status()).isEqualTo(200);
            assertThat(busy.get("a", "/").status()).isEqualTo(200);
            int connections = backend.connections(); // of one loop, or one for each of theirs
            half.send(HALF);
            backend.hold();
            busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            backend.awaitHeld(1);

            jumpBy(HOUR.multipliedBy(direction), gateway);

            assertThat(idle.staysSilent(Duration.ofMillis(500))).isTrue(); // time to be closed, were anything over
            backend.release();
            assertThat(busy.read().status()).isEqualTo(200);
            assertThat(idle.get("a", "/").status()).isEqualTo(200);
            assertThat(backend.connections()).isEqualTo(connections); // kept ones are no older than they were
            assertThat(half.send("\r\n").read().status()).isEqualTo(200);
            assertThat(gateway.refused()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, -1})
    void timersThatRunWhileTheClockJumps_runOnAsIfItHadNot(int direction) throws Exception {
        try (var gateway = GatewayProcess.startWithLibrary(library, backend.port(), "-Dimpatient=3000")) {
            gateway.wallClock(); // whatever is slow the first time
            timers(gateway, HOUR.multipliedBy(direction));
        }
    }

    private void timers(GatewayProcess gateway, Duration time) throws Exception {
        try (var idle = RawClient.connect(gateway.port());
                var half = RawClient.connect(gateway.port())) {
            assertThat(idle.get("a", "/").status()).isEqualTo(200);
            half.send(HALF);

            jumpBy(time);

            assertThat(half.staysSilent(Duration.ofMillis(100))).isTrue(); // it is still waited for
            assertThat(half.read().status()).isEqualTo(408); // an hour later, if it went by that clock
            assertThat(idle.readToEnd()).isEmpty();
            assertThat(gateway.refused()).containsEntry("header_timeout", 1L);
            int checked = backend.requests();
            Eventually.eventually(
                    Setup.GENEROUS, () -> assertThat(backend.requests()).isGreaterThan(checked + 2));
        }
    }

    @Test
    void clockThatJumpsBack_whileTheGatewayCloses_doesNotHoldItUp() throws Exception {
        try (var gateway = GatewayProcess.startWithLibrary(library, backend.port());
                var busy = RawClient.connect(gateway.port())) {
            gateway.wallClock(); // the library is in use
            backend.hold();
            busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            backend.awaitHeld(1);
            gateway.end();
            Refusals.awaitRefused(gateway.port()); // it closes, and waits for the request
            jumpBy(HOUR.negated());
            gateway.close(); // it must have ended within a minute
            assertThat(busy.readToEnd()).isEmpty();
        } finally {
            backend.release();
        }
    }
}
