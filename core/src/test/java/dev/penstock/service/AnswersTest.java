package dev.penstock.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.load.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswersTest {
    private final Answers answers = new Answers();

    @ParameterizedTest
    @CsvSource({"0, 0", "1000000, 0", "1000001, 1", "2500000, 1", "99999999, 6", "10000000000, 12", "10000000001, 13"})
    void S04_latency_countsForTheFirstBucketThatHoldsIt(long nanos, int bucket) {
        answers.firstByte(nanos);

        var expected = new ArrayList<>(Collections.nCopies(Answers.BOUNDS_SECONDS.size() + 1, 0L));
        expected.set(bucket, 1L);
        assertThat(answers.latencies()).isEqualTo(expected);
        assertThat(answers.latencySeconds()).isEqualTo(nanos / 1e9);
    }

    @Test
    void S04_ends_areCountedByTheHundredsOfTheirStatus() {
        answers.ended(200, 1, 2);
        answers.ended(204, 0, 0);
        answers.ended(404, 0, 3);
        answers.ended(0, 0, 0);
        answers.ended(999, 0, 0); // no status of HTTP
        answers.passed(10, 20);

        assertThat(answers.count(2)).isEqualTo(2);
        assertThat(answers.count(4)).isEqualTo(1);
        assertThat(answers.count(5)).isZero();
        assertThat(answers.count(0)).isEqualTo(2);
        assertThat(answers.receivedBytes()).isEqualTo(11);
        assertThat(answers.sentBytes()).isEqualTo(25);
    }

    @Test
    void S04_outcomes_areCounted_butForSuccesses() {
        answers.ended(Outcome.BROKEN);
        answers.ended(Outcome.BROKEN);
        answers.ended(Outcome.SUCCESS);

        assertThat(answers.count(Outcome.BROKEN)).isEqualTo(2);
        assertThat(answers.count(Outcome.SUCCESS)).isZero();
        assertThat(answers.count(Outcome.CANCELLED)).isZero();
    }
}
