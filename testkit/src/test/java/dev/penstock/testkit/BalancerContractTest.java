package dev.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.balancer.Balancer;
import dev.penstock.balancer.Candidate;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The contract finds those who break it. */
class BalancerContractTest {
    private static BalancerContract of(Balancer balancer) {
        return new BalancerContract() {
            @Override
            protected Balancer balancer() {
                return balancer;
            }
        };
    }

    @Test
    void alwaysTheSame_failsWhereSharesAndRetriesAreAskedFor() {
        var contract =
                of((candidates, context) -> request -> candidates.eligible().get(0));
        assertThatCode(contract::pick_isAlwaysOneOfTheCandidates).doesNotThrowAnyException();
        assertThatThrownBy(contract::pick_someTried_isAnUntriedOne).isInstanceOf(AssertionError.class);
        assertThatThrownBy(contract::pick_theLeastLoadedTried_isAnUntriedOne).isInstanceOf(AssertionError.class);
        assertThatThrownBy(contract::pick_equalWeights_sharesAreAsWithoutWeights)
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(contract::over_100Starts_firstPicksAreSpread).isInstanceOf(AssertionError.class);
        assertThatThrownBy(contract::pick_8Threads_noneIsLeftOut).isInstanceOf(AssertionError.class);
    }

    @Test
    void aStranger_failsMembership() {
        Candidate stranger = FakeCandidate.many(9).get(8);
        var contract = of((candidates, context) -> request -> stranger);
        assertThatThrownBy(contract::pick_isAlwaysOneOfTheCandidates).isInstanceOf(AssertionError.class);
        assertThatThrownBy(contract::pick_single_isThatOne).isInstanceOf(AssertionError.class);
        assertThatThrownBy(contract::pick_8Threads_noneIsLeftOut).isInstanceOf(AssertionError.class);
        assertThatThrownBy(contract::pick_pickersReplacedMeanwhile_isOneOfItsOwnCandidates)
                .hasCauseInstanceOf(AssertionError.class);
    }

    @Test
    void signOfTheCounterIgnored_failsWhereItRunsOver() {
        var contract = of((candidates, context) -> request -> {
            List<Candidate> eligible = candidates.eligible();
            return eligible.get((int) context.cursor().next() % eligible.size());
        });
        assertThatThrownBy(contract::pick_cursorRunsOver_picksStayValidAndFair)
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void stateOfItsOwn_failsDeterminism() {
        var counter = new AtomicInteger();
        var contract = of((candidates, context) -> request -> candidates
                .eligible()
                .get(counter.getAndIncrement() % 7 % candidates.eligible().size()));
        assertThatThrownBy(contract::pick_sameSeed_samePicks).isInstanceOf(AssertionError.class);
        assertThatThrownBy(contract::over_copyOfTheContext_foreseesThePicks).isInstanceOf(AssertionError.class);
        assertThatThrownBy(contract::over_membersInAnotherOrder_samePicks).isInstanceOf(AssertionError.class);
    }
}
