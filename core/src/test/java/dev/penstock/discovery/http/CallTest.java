package dev.penstock.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class CallTest {
    private final Call<String> question = new Call<>();

    @Test
    void map_formWithAnError_failsTheCall() {
        Call<String> mapped = question.map(text -> {
            throw new AssertionError("broken");
        });
        question.complete("x");
        assertThatThrownBy(mapped::join).isInstanceOf(CompletionException.class).hasRootCauseMessage("broken");
    }

    @Test
    void then_questionWithAnError_failsTheCall() {
        Call<String> second = question.then(text -> {
            throw new NoClassDefFoundError("missing");
        });
        question.complete("x");
        assertThatThrownBy(second::join).isInstanceOf(CompletionException.class).hasRootCauseMessage("missing");
    }

    @Test
    void cancel_ofTheWhole_cancelsWhatItWaitsFor() {
        question.then(text -> new Call<>()).map(Function.identity()).cancel(true);
        assertThat(question).isCancelled();
    }
}
