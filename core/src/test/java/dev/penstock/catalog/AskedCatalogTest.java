package dev.penstock.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.Answering;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.Question;
import dev.penstock.discovery.Seen;
import dev.penstock.discovery.SharedParts;
import dev.penstock.discovery.SourceRules;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class AskedCatalogTest {
    private final Whole whole = new Whole();
    private final SharedParts shared = new SharedParts();

    /** A source that has found something already. */
    private static final class Whole implements Answering<String> {
        private final List<Question<String, ?>> questions = new ArrayList<>();
        private int asked;
        private boolean closed;

        @Override
        public String name() {
            return "whole";
        }

        @Override
        public SourceRules askers() {
            return Question.rules(Duration.ZERO, Duration.ZERO);
        }

        @Override
        public void ask(Question<String, ?> question) {
            asked++;
            questions.add(question);
            question.learn(new Seen<>("snapshot", ""));
        }

        @Override
        public void drop(Question<String, ?> question) {
            questions.remove(question);
        }
    }

    private AskedCatalog<String> open(ControlThreads threads) {
        return new AskedCatalog<>(
                shared.hold("key", () -> whole, part -> part.closed = true),
                snapshot -> CatalogReader.Found.of(List.of(), List.of(), List.of(snapshot)),
                new DiscoveryContext(Ticker.system(), threads, Randomness.system()));
    }

    @Test
    void read_isAQuestionToTheSource_untilTheCatalogIsClosed() {
        try (var threads = ControlThreads.create();
                var other = open(threads)) {
            AskedCatalog<String> catalog = open(threads);
            CompletionStage<CatalogReader.Found> read = catalog.read();
            assertThat(((CompletableFuture<CatalogReader.Found>) read).join().skipped())
                    .containsExactly("snapshot");
            catalog.read();
            assertThat(whole.asked).isEqualTo(1);
            catalog.close();
            assertThat(whole.questions).isEmpty();
            assertThat(whole.closed).isFalse(); // another catalog holds it
        }
        assertThat(whole.closed).isTrue();
    }

    @Test
    void readAfterClose_asksNothing() {
        try (var threads = ControlThreads.create()) {
            AskedCatalog<String> catalog = open(threads);
            catalog.close();
            catalog.read();
            assertThat(whole.asked).isZero();
        }
    }
}
