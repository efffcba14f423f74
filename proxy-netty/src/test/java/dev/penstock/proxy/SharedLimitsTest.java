package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedLimitsTest {
    @ParameterizedTest
    @CsvSource({"0, 4", "1, 4", "7, 4", "8, 4", "100, 64"})
    void idleConnections_areDividedAmongLoops_andAddUp(int all, int loops) {
        SharedLimits limits = SharedLimits.defaults().withIdleConnections(all);

        int[] each = IntStream.range(0, loops)
                .map(loop -> limits.idleOf(loop, loops))
                .toArray();

        assertThat(IntStream.of(each).sum()).isEqualTo(all);
        assertThat(IntStream.of(each).boxed()).allMatch(one -> one == all / loops || one == all / loops + 1);
    }
}
