package dev.penstock.service;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.balancer.Balancers;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.load.LoadBoard;
import dev.penstock.time.Ticker;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LiveCandidateTest {
    private static final Endpoint A = Endpoint.of("127.0.0.1", 80);

    private final LiveCandidate candidate =
            new LiveCandidate(this, new FailureMark(), A, new Pace(Ticker.system()), new Answers());

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

    @Test
    void ruled_byOneThatShowsItNowhere_isOnNoBoard() {
        candidate.admit(1, 10);
        var board = new LoadBoard(1);
        candidate.showOn(board, 0);
        candidate.ruled();
        assertThat(candidate.isShown()).isTrue();

        candidate.ruled();

        assertThat(candidate.isShown()).isFalse();
        assertThat(board.retired()).isTrue();
        candidate.lease(0);
        assertThat(shown(board)).isZero();
    }

    /** A board that nobody looks at costs two writes a request. */
    @Test
    void ruleThatLooksAtNoBoard_orTooFewEndpoints_endsTheWritingThere() {
        try (var stage = new Stage()) {
            stage.rule = Balancers.leastRequests();
            Endpoint[] forty = IntStream.range(0, 40)
                    .mapToObj(i -> Endpoint.of("10.0.0." + i, 80))
                    .toArray(Endpoint[]::new);
            stage.set(forty);
            assertThat(shown(stage)).isEqualTo(40);

            stage.service.update(stage.service.spec().withBalancer("other"), Balancers::powerOfTwo, null);
            stage.time.advance(Duration.ofSeconds(1));
            assertThat(shown(stage)).isZero();

            stage.service.update(stage.service.spec().withBalancer("least"), Balancers::leastRequests, null);
            stage.time.advance(Duration.ofSeconds(1));
            assertThat(shown(stage)).isEqualTo(40);

            stage.set(Arrays.copyOf(forty, 20));
            stage.time.advance(Duration.ofSeconds(1));
            assertThat(shown(stage)).isZero();
        }
    }

    private static long shown(Stage stage) {
        return stage.service.snapshot().members().stream()
                .filter(member -> ((LiveCandidate) member.load()).isShown())
                .count();
    }

    private static int shown(LoadBoard board) {
        return LoadBoard.requests(board.least(0, 1)); // nobody else is there
    }

    @Test
    void showOn_requestsInFlightAreShown_fromThenOnAndOnOneBoardAlone() {
        candidate.admit(1, 10);
        LiveLease first = requireNonNull(candidate.lease(0));
        var board = new LoadBoard(1);
        assertThat(candidate.showOn(board, 3)).isTrue();
        assertThat(shown(board)).isEqualTo(1);

        LiveLease second = requireNonNull(candidate.lease(0));
        assertThat(shown(board)).isEqualTo(2);

        var next = new LoadBoard(1);
        candidate.showOn(next, 0);
        assertThat(board.retired()).isTrue();
        first.close();
        assertThat(shown(board)).isEqualTo(2);
        assertThat(shown(next)).isEqualTo(1);
        assertThat(next.retired()).isFalse();

        candidate.exclude();
        second.close();
        assertThat(shown(next)).isEqualTo(1); // who is excluded is not asked for
    }

    /** Threads that take and end leases, while the place changes: in the end the board shows what is in flight. */
    @Test
    void showOn_manyThreads_showsWhatIsInFlight() throws Exception {
        candidate.admit(1, 10);
        var board = new LoadBoard(1);
        candidate.showOn(board, 0);
        int threads = 4;
        var pool = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 0; round < 20; round++) {
                List<Callable<LiveLease>> tasks = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    tasks.add(() -> {
                        for (int k = 0; k < 500; k++) {
                            requireNonNull(candidate.lease(0)).close();
                        }
                        return requireNonNull(candidate.lease(0));
                    });
                }
                List<LiveLease> kept = new ArrayList<>();
                List<Future<LiveLease>> futures =
                        tasks.stream().map(pool::submit).toList();
                board = new LoadBoard(1);
                candidate.showOn(board, round % LoadBoard.PLACES);
                for (Future<LiveLease> future : futures) {
                    kept.add(future.get(30, TimeUnit.SECONDS));
                }
                assertThat(shown(board)).isEqualTo(threads);
                kept.forEach(LiveLease::close);
                assertThat(shown(board)).isZero();
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
