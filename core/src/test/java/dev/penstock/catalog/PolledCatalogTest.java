package dev.penstock.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.SourceRules;
import dev.penstock.service.HandTime;
import dev.penstock.time.Randomness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class PolledCatalogTest {
    private static final Duration QUIET = Duration.ofSeconds(2);

    private final HandTime time = new HandTime();
    private final List<CatalogState> told = new ArrayList<>();
    private CompletionStage<CatalogReader.Found> next = answer("one");
    private int reads;
    private final PolledCatalog catalog = new PolledCatalog(
            "test",
            () -> {
                reads++;
                return next;
            },
            SourceRules.defaults(),
            new DiscoveryContext(time, time, Randomness.system()));

    private static CompletionStage<CatalogReader.Found> answer(String service) {
        return CompletableFuture.completedFuture(
                CatalogReader.Found.of(List.of(), List.of(ServiceSpec.of(service)), List.of("x: bad")));
    }

    private List<String> services() {
        return told.stream()
                .map(state -> state.services().get(0).name().value())
                .toList();
    }

    private void hint() {
        catalog.hint();
        time.advance(QUIET);
    }

    @Test
    void reads_followHints_andEqualDataIsNoNews() {
        assertThat(reads).isZero();
        catalog.watch(told::add);
        assertThat(services()).containsExactly("one");
        assertThat(catalog.report().skipped()).containsExactly("x: bad");

        hint();
        assertThat(reads).isEqualTo(2);
        next = answer("two");
        hint();
        assertThat(services()).containsExactly("one", "two");
    }

    @Test
    void S09_readThatFails_keepsWhatIsKnown_isRetried_andRecovers() {
        catalog.watch(told::add);
        next = CompletableFuture.failedFuture(new IllegalStateException("403"));
        hint();
        assertThat(catalog.report().problem()).isEqualTo("403");
        assertThat(services()).containsExactly("one");

        next = answer("one");
        time.advance(Duration.ofSeconds(20));
        assertThat(catalog.report().problem()).isEmpty();
        assertThat(services()).containsExactly("one");

        next = CompletableFuture.completedFuture(null);
        hint();
        assertThat(catalog.report().problem()).isEqualTo("the answer was null");
    }

    @Test
    void close_callsOffTheReadUnderWay_andTellsNothingMore() {
        var waiting = new CompletableFuture<CatalogReader.Found>();
        next = waiting;
        catalog.watch(told::add);
        catalog.close();

        assertThat(waiting).isCancelled();
        int before = reads;
        hint();
        assertThat(reads).isEqualTo(before);
        assertThat(told).isEmpty();
    }

    @Test
    void answerThatLostMost_isDoubtedUntilItLasted() {
        var guarded = new PolledCatalog(
                "test",
                () -> next,
                SourceRules.defaults().withGuards(Duration.ofSeconds(30), Duration.ZERO),
                new DiscoveryContext(time, time, Randomness.system()));
        guarded.watch(told::add);
        next = CompletableFuture.completedFuture(CatalogReader.Found.of(List.of(), List.of(), List.of()));
        guarded.hint();
        time.advance(QUIET);
        assertThat(services()).containsExactly("one");
        assertThat(guarded.report().problem()).isEqualTo("answered with 0 definitions after 1; kept until confirmed");

        time.advance(Duration.ofSeconds(31));
        assertThat(told).hasSize(2);
        assertThat(told.get(1).services()).isEmpty();
        assertThat(guarded.report().problem()).isEmpty();
    }

    @Test
    void answerHeldBack_readerIsAskedToConfirm_andDoesNotWaitForNews() {
        List<Duration> confirms = new ArrayList<>();
        CatalogReader longPoll = new CatalogReader() {
            @Override
            public CompletionStage<Found> read() {
                return next;
            }

            @Override
            public CompletionStage<Found> confirm(Duration wait) {
                confirms.add(wait);
                return next;
            }
        };
        var guarded = new PolledCatalog(
                "test",
                longPoll,
                SourceRules.defaults().withGuards(Duration.ofSeconds(30), Duration.ZERO),
                new DiscoveryContext(time, time, Randomness.system()));
        guarded.watch(told::add);
        next = CompletableFuture.completedFuture(CatalogReader.Found.of(List.of(), List.of(), List.of()));
        guarded.hint();
        time.advance(QUIET);
        assertThat(confirms).isEmpty();

        time.advance(Duration.ofSeconds(31));
        assertThat(confirms).isNotEmpty().last().isEqualTo(Duration.ZERO);
        assertThat(told).hasSize(2);
    }
}
