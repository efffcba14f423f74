package dev.penstock.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FirstTest {
    private final Fake a = Fake.of(80);
    private final Fake b = Fake.of(81);

    @Test
    void B01_first_allRequestsGoToIt_afterItsRemovalToTheNewFirst() {
        assertThat(Fake.ports(Fake.picker(new First(), List.of(b, a), 1), 100)).isEqualTo(Collections.nCopies(100, 80));
        assertThat(Fake.ports(Fake.picker(new First(), List.of(b), 1), 100)).isEqualTo(Collections.nCopies(100, 81));
    }

    @Test
    void first_10000Picks_stayWithIt() {
        assertThat(Fake.ports(Fake.picker(new First(), List.of(b, a), 1), 10_000))
                .containsOnly(80);
    }

    @Test
    void first_tried_theNextInLine_allTried_theFirst() {
        Picker picker = Fake.picker(new First(), List.of(a, b), 1);
        assertThat(picker.pick(Fake.after(a))).isSameAs(b);
        assertThat(picker.pick(Fake.after(a, b))).isSameAs(a);
    }
}
