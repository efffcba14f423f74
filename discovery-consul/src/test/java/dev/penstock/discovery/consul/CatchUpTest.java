package dev.penstock.discovery.consul;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CatchUpTest {
    private static final long LATER = Duration.ofSeconds(11).toNanos();

    private final CatchUp catchUp = new CatchUp();

    @Test
    void olderAnswer_withoutAFailure_isTaken() {
        assertThatCode(() -> {
                    catchUp.answered(23, 0);
                    catchUp.answered(1, 1);
                })
                .doesNotThrowAnyException();
    }

    @Test
    void olderAnswer_afterAFailure_isRefusedUntilItGoesOn() throws IOException {
        catchUp.answered(23, 5);
        catchUp.failed();
        assertThatThrownBy(() -> catchUp.answered(1, 5))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("index is 1 (expected: 23 or more");
        catchUp.failed();
        assertThatThrownBy(() -> catchUp.answered(22, 6)).isInstanceOf(IOException.class);
        assertThatCode(() -> catchUp.answered(2, 5 + LATER)).doesNotThrowAnyException();
        catchUp.failed();
        assertThatCode(() -> catchUp.answered(2, 6 + LATER)).doesNotThrowAnyException();
    }

    @Test
    void newerAnswer_afterAFailure_isTakenAndEndsTheDoubt() throws IOException {
        catchUp.answered(23, 0);
        catchUp.failed();
        assertThatThrownBy(() -> catchUp.answered(1, 0)).isInstanceOf(IOException.class);
        catchUp.answered(23, 1);
        catchUp.failed();
        assertThatThrownBy(() -> catchUp.answered(1, LATER)).isInstanceOf(IOException.class);
    }
}
