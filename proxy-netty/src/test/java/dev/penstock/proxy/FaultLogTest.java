package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

final class FaultLogTest {
    @Test
    void faults_thatRepeat_areLoggedMoreAndMoreSeldom() {
        List<Object> counts = new ArrayList<>();
        var logger = (Logger) Proxy.newProxyInstance(
                Logger.class.getClassLoader(), new Class<?>[] {Logger.class}, (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("warn");
                    counts.add(((Object[]) arguments[1])[1]);
                    return null;
                });
        var faults = new FaultLog(logger);

        for (int i = 0; i < 1000; i++) {
            faults.note("part", new IllegalStateException("on purpose"));
        }

        assertThat(counts).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 512L);

        faults.note("part", new IllegalArgumentException("another kind"));
        faults.note("other part", new IllegalStateException("on purpose"));
        assertThat(counts).hasSize(12).endsWith(1L, 1L);

        for (int i = 0; i < 1000; i++) {
            faults.note("part " + i, new IllegalStateException("ever new"));
        }
        assertThat(counts).hasSizeLessThan(12 + FaultLog.MAX_KINDS + 10); // no bound, no end
    }
}
