package dev.penstock.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.time.Ticker;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveCandidateTest {
    private static final Endpoint A = Endpoint.of("127.0.0.1", 80);

    private final LiveCandidate candidate = new LiveCandidate(this, new FailureMark(), A, new Pace(Ticker.system()));

    LiveCandidateTest() {
        candidate.describe(A, List.of(InetAddress.getLoopbackAddress()));
    }

    @Test
    void lease_ofOneThatLeft_isNoneEvenIfItWasAdmittedAfterwards() {
        candidate.admit(1, 10);
        assertThat(candidate.lease(0)).isNotNull();

        candidate.leave();
        candidate.admit(1, 10); // a snapshot that was being made when the service was closed

        assertThat(candidate.lease(0)).isNull();
        assertThat(candidate.inFlight()).isEqualTo(1);
    }
}
