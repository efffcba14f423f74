package dev.penstock.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedPartsTest {
    private final SharedParts parts = new SharedParts();
    private final List<String> closed = new ArrayList<>();
    private int made;

    private SharedParts.Held<String> hold(String key) {
        return parts.hold(key, () -> key + " " + ++made, closed::add);
    }

    @Test
    void hold_sameKey_isOnePartUntilAllLetGo() {
        var first = hold("a");
        var second = hold("a");
        var other = hold("b");
        assertThat(second.part()).isEqualTo("a 1").isSameAs(first.part());
        assertThat(other.part()).isEqualTo("b 2");

        first.close();
        first.close();
        assertThat(closed).isEmpty();
        second.close();
        assertThat(closed).containsExactly("a 1");
        assertThat(hold("a").part()).isEqualTo("a 3");
    }
}
