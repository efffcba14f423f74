package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.config.Configuration;
import dev.penstock.request.PlainRequest;
import dev.penstock.runtime.GatewayRuntime;
import dev.penstock.service.Decision;
import dev.penstock.service.Lease;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a source holds in this process goes once it is closed; how soon is written to target/close-SOURCE-figures.txt. */
@Timeout(600)
class SourceCloseTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int TIMES = 3;
    /** The JVM's, which has to do with scripts that tests run, and Netty's for all. */
    private static final Pattern NOBODYS = Pattern.compile("process reaper.*|globalEventExecutor.*");
    /** A gateway's own, which start when there is something to do. */
    private static final Pattern GATEWAYS = Pattern.compile(NOBODYS + "|penstock-(control|loop)-.*");

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(names = {"DOCKER", "CONSUL", "DNS"})
    void closed_leavesNoThreadAndNoConnection(LiveSources kind) {
        Figures figures = Figures.of("close-" + kind.name().toLowerCase(Locale.ROOT));
        try (LiveSource source = kind.start(directory)) {
            source.put(0, 0);
            Configuration serving = read(GatewayProcess.configuration("off", 1, source));
            Configuration nothing = read(GatewayProcess.configuration("off", 1));
            GatewayRuntime first = start(serving, source);
            first.close();
            Waiting.pause(
                    Duration.ofSeconds(2)); // what Netty keeps for a second, and the JVM for ever, is not the source's
            Held before = Held.now();
            for (int i = 0; i < TIMES; i++) {
                GatewayRuntime gateway = start(serving, source);
                assertThat(Held.now().threads()).isNotEqualTo(before.threads());
                figures.write(
                        "%s: gateway closed, everything gone after %d ms",
                        source.name(), before.millisUntilBack(gateway::close, NOBODYS));
            }
            try (GatewayRuntime gateway = GatewayRuntime.start(nothing)) {
                Held without = Held.now();
                for (int i = 0; i < TIMES; i++) {
                    gateway.apply(serving);
                    awaitEndpoint(gateway, source);
                    assertThat(Held.now().sockets()).isGreaterThan(without.sockets());
                    figures.write(
                            "%s: source closed, everything gone after %d ms",
                            source.name(), without.millisUntilBack(() -> gateway.apply(nothing), GATEWAYS));
                }
            }
        }
    }

    private static Configuration read(String text) {
        return GatewayRuntime.reader().read("gateway.yaml", text); // of one name, so that one replaces the other
    }

    private static GatewayRuntime start(Configuration configuration, LiveSource source) {
        GatewayRuntime gateway = GatewayRuntime.start(configuration);
        awaitEndpoint(gateway, source);
        return gateway;
    }

    private static void awaitEndpoint(GatewayRuntime gateway, LiveSource source) {
        eventually(SOON, () -> {
            Decision decision = gateway.penstock().acquire(PlainRequest.get("http://" + source.host(0) + "/"));
            assertThat(decision).isInstanceOf(Lease.class);
            ((Lease) decision).close();
        });
    }
}
