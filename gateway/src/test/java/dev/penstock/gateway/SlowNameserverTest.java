package dev.penstock.gateway;

import static dev.penstock.discovery.dns.Records.a;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.dns.FakeDns;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a nameserver that takes its time does to traffic; writes to target/slow-nameserver-MILLIS-figures.txt. */
@Tag("slow")
@Timeout(600)
class SlowNameserverTest {
    private static final int CLIENTS = 200;
    private static final int REQUESTS_PER_SECOND = 1_000;
    private static final Duration TIME = Duration.ofSeconds(10);
    private static final long GOAL_MILLIS = 100;

    private final Answers answers = new Answers();

    @TempDir
    Path directory;

    /** Beside a fast one, the slow one must make no difference. */
    @ParameterizedTest
    @ValueSource(longs = {0, 250, 0, 250})
    void N05_slowNameserver_underLoad(long delayMillis) {
        try (var nameserver = new FakeDns();
                LoopbackBackends backends = LoopbackBackends.atAddresses(1)) {
            nameserver.script((question, tcp) -> {
                FakeDns.pause(delayMillis);
                return FakeDns.ofZone(question, List.of(a("web.lb.test", 1, "127.0.0.1")));
            });
            String configuration = String.format(Locale.ROOT, """
                    listeners: [{address: 127.0.0.1:0, name: web}]
                    admin: 127.0.0.1:0
                    routes: [{service: web}]
                    services: {web: {discover: ["dns://%s/web.lb.test:%d"]}}
                    """, nameserver.address(), backends.port());
            try (GatewayProcess gateway = GatewayProcess.start(directory, configuration, backends.ports())) {
                gateway.awaitAnswers("web.test", Set.of("127.0.0.1"));
                load(gateway, new Answers()); // a JVM that has just started has slow moments of its own
                load(gateway, answers);
            }
        }
        Figures figures = Figures.of("slow-nameserver-" + delayMillis);
        figures.distribution("200 clients, DNS takes " + delayMillis + " ms", answers.delays(), GOAL_MILLIS);
        assertThat(answers.failures()).isEmpty();
        assertThat(answers.hosts()).isEqualTo(Set.of("web.test 127.0.0.1"));
    }

    private static void load(GatewayProcess gateway, Answers answers) {
        try (var load = Load.start(gateway.port(), List.of("web.test"), REQUESTS_PER_SECOND, CLIENTS, answers)) {
            Waiting.pause(TIME);
        }
    }
}
