package dev.penstock.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.ServiceState;
import dev.penstock.testkit.ManualTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadinessTest {
    private final ManualTime time = new ManualTime();
    private List<ServiceState> sources = List.of(new ServiceState.Pending(), new ServiceState.Absent(0));
    private final Readiness readiness =
            new Readiness(() -> sources.stream().allMatch(Readiness::succeededOnce), time, Duration.ofSeconds(10));

    @Test
    void S01_status_sourcesStillPending_isInitializing() {
        assertThat(readiness.status()).isEqualTo(Status.INITIALIZING);
    }

    @Test
    void S01_status_everySourceHasSucceededOnce_isOkFromThenOn() {
        sources = List.of(new ServiceState.Absent(0));
        assertThat(readiness.status()).isEqualTo(Status.OK);

        sources = List.of(new ServiceState.Failed("gone", 0));
        assertThat(readiness.status()).isEqualTo(Status.OK);
    }

    @Test
    void S01_status_aSourceFailsFromTheStart_isOkAfterTheStartTimeoutOnly() {
        sources = List.of(new ServiceState.Failed("403", 0));
        time.advance(Duration.ofMillis(9_999));
        assertThat(readiness.status()).isEqualTo(Status.INITIALIZING);

        time.advance(Duration.ofMillis(1));
        assertThat(readiness.status()).isEqualTo(Status.OK);
    }

    @Test
    void S01_status_toldToEnd_isTerminatingWhateverElse() {
        sources = List.of(new ServiceState.Absent(0));
        readiness.terminate();

        assertThat(readiness.status()).isEqualTo(Status.TERMINATING);
    }
}
