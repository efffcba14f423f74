package dev.penstock.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.balancer.Candidates.Tally;
import dev.penstock.endpoint.Zone;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CandidatesTest {
    @Test
    void B13_none_isRefusedBeforeABalancerSeesIt() {
        assertThatThrownBy(() -> Candidates.of(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("candidates: none (expected: at least one)");
    }

    @Test
    void of_weight0_isCountedButNotEligible() {
        List<Fake> members = Fake.weighing(1, 0, 2);
        var candidates = Candidates.of(members);
        assertThat(candidates.eligible()).isEqualTo(List.of(members.get(0), members.get(2)));
        assertThat(candidates.byPriority()).isEqualTo(Map.of(0, new Tally(3, 2)));
        assertThat(candidates.byZone()).isEqualTo(Map.of(Zone.UNKNOWN, new Tally(3, 2)));
    }

    @Test
    void of_anyOrder_isSortedById() {
        assertThat(Candidates.of(List.of(Fake.of(90), Fake.of(80), Fake.of(100)))
                        .eligible())
                .map(candidate -> candidate.endpoint().id())
                .containsExactly("127.0.0.1:100", "127.0.0.1:80", "127.0.0.1:90");
    }

    @Test
    void new_weight0_isRefused() {
        assertThatThrownBy(() -> new Candidates(List.of(Fake.of(80, 0)), Map.of(), Map.of()))
                .hasMessage("weight of candidate \"127.0.0.1:80\": 0 (expected: 1 or more)");
    }
}
