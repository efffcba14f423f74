package dev.penstock.discovery.consul;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.Listing;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.http.Call;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.testkit.OpenedSource;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Ticker;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of reads that are called off while they start or end. */
@Timeout(120)
class LongPollTest {
    private static final Duration WAIT = Duration.ofMinutes(1);

    private final ControlThreads threads = ControlThreads.create();
    private final FakeConsul consul = FakeConsul.start();
    private final ConsulHttp http = new ConsulHttp(
            ConsulSource.of(ConsulUri.of(URI.create("consul://" + consul.address()), Set.of(), Map.of()), Map.of()),
            threads);

    @AfterEach
    void close() {
        http.close();
        consul.close();
        threads.close();
    }

    /** Has its first call called off after the answer was read. */
    private static final class CalledOff implements Asking<Integer> {
        private final AtomicBoolean first = new AtomicBoolean(true);

        @Override
        public String target() {
            return "/v1/health/service/orders";
        }

        @Override
        public Integer read(Answer answer) {
            return answer.status();
        }

        @Override
        public CompletionStage<Integer> complete(Call<?> call, @Nullable Integer before, Integer now) {
            if (first.getAndSet(false)) {
                call.cancel(true);
            }
            return CompletableFuture.completedFuture(now);
        }
    }

    @Test
    void readCalledOffWhileItsAnswerIsRead_isForgotten() {
        var poll = new LongPoll<>(new CalledOff(), http, Ticker.system());
        Call<LongPoll.Found<Integer>> off = poll.read(WAIT);
        eventually(OpenedSource.LIMIT, () -> assertThat(off).isCancelled());

        assertThat(poll.read(WAIT).join().value()).isEqualTo(200);

        assertThat(consul.questions()).hasSize(2).noneMatch(question -> question.has("index"));
    }

    @Test
    void readThatStartsWhileItsReaderCloses_takesNoSeat() {
        List<ServiceQuery> told = new ArrayList<>();
        var seats = new Seats(1, told::add);
        BlockingReader gone = reader("gone", seats);
        gone.close();

        assertThat(seats.take(gone)).isFalse();

        assertThat(seats.take(reader("here", seats))).isTrue();
        assertThat(seats.take(gone)).isFalse();
        assertThat(seats.standing()).isEmpty();
        assertThat(told).isEmpty();
    }

    private BlockingReader reader(String name, Seats seats) {
        Asking<Listing> asking = Asking.of("/v1/health/service/" + name, answer -> Listing.of(List.of()));
        return new BlockingReader(
                new ServiceQuery(ServiceName.of(name), name, Map.of()),
                asking,
                seats,
                http,
                Ticker.system(),
                WAIT,
                WAIT);
    }
}
