package dev.penstock.limit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.service.HandTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GateTest {
    private static final Limits TWO = Limits.defaults().withRequests(2).withQueue(3, Duration.ofSeconds(1));

    private final HandTime time = new HandTime();
    private final List<String> told = new ArrayList<>();

    @Test
    void enter_upToTheLimit() {
        var gate = gate(TWO);

        assertThat(gate.enter()).isTrue();
        assertThat(gate.enter()).isTrue();
        assertThat(gate.enter()).isFalse();
        assertThat(gate.inside()).isEqualTo(2);
        gate.leave();
        assertThat(gate.enter()).isTrue();
    }

    @Test
    void F17_thoseWhoWait_enterInTheirOrder_andNobodyPassesThem() {
        var gate = full(gate(TWO));
        line(gate, "a");
        line(gate, "b");

        gate.leave();
        assertThat(told).containsExactly("a in");
        assertThat(gate.enter()).isFalse();
        gate.leave();
        gate.leave();

        assertThat(told).containsExactly("a in", "b in");
        assertThat(gate.waiting()).isZero();
        assertThat(gate.inside()).isEqualTo(1);
    }

    @Test
    void line_isBounded() {
        var gate = full(gate(TWO));

        assertThat(line(gate, "a")).isNotNull();
        assertThat(line(gate, "b")).isNotNull();
        assertThat(line(gate, "c")).isNotNull();
        assertThat(line(gate, "d")).isNull();
        assertThat(gate.waiting()).isEqualTo(3);
    }

    @Test
    void placeGivenBackBetweenAttemptAndLine_isNotLost() {
        var gate = full(gate(TWO));
        long turn = gate.turn();
        gate.enter();
        gate.leave();

        gate.lineUp(waiter("late"), turn, false);

        assertThat(told).containsExactly("late in");
    }

    @Test
    void F17_oneThatWaitsTooLong_isSentAway_eachAfterItsOwnTime() {
        var gate = full(gate(TWO));
        line(gate, "a");
        time.advance(Duration.ofMillis(600));
        line(gate, "b");

        time.advance(Duration.ofMillis(399));
        assertThat(told).isEmpty();
        time.advance(Duration.ofMillis(1));
        assertThat(told).containsExactly("a away");
        time.advance(Duration.ofMillis(600));

        assertThat(told).containsExactly("a away", "b away");
        assertThat(gate.waiting()).isZero();
        gate.leave();
        assertThat(gate.enter()).isTrue();
    }

    @Test
    void cancelled_leavesTheLineAtOnce() {
        var gate = full(gate(TWO));
        Place a = requireNonNull(line(gate, "a"));
        line(gate, "b");

        assertThat(gate.cancel(a)).isTrue();
        assertThat(gate.waiting()).isEqualTo(1);
        assertThat(gate.cancel(a)).isFalse();
        gate.leave();

        assertThat(told).containsExactly("b in");
    }

    @Test
    void oneThatCannotComeAnyMore_makesRoomForTheNext() {
        var gate = full(gate(TWO));
        gate.lineUp(
                new Gate.Waiter() {
                    @Override
                    public boolean admitted(Place place) {
                        told.add("gone");
                        return false;
                    }

                    @Override
                    public void sentAway(boolean shed) {
                        throw new AssertionError("not too late");
                    }
                },
                gate.turn(),
                false);
        line(gate, "b");

        gate.leave();

        assertThat(told).containsExactly("gone", "b in");
        assertThat(gate.inside()).isEqualTo(2);
    }

    @Test
    void higherLimit_letsSoManyMoreIn() {
        var gate = full(gate(TWO));
        line(gate, "a");
        line(gate, "b");
        line(gate, "c");

        gate.limit(4);

        assertThat(told).containsExactly("a in", "b in");
        gate.limit(1);
        gate.leave();
        assertThat(told).hasSize(2);
        assertThat(gate.inside()).isEqualTo(3);
    }

    @Test
    void shorterWait_holdsForThoseWhoWaitAlready_withinASecond() {
        var gate = full(gate(TWO.withQueue(3, Duration.ofHours(1))));
        line(gate, "a");
        time.advance(Duration.ofMinutes(1));

        gate.settings(TWO.withQueue(3, Duration.ofSeconds(30)));
        time.advance(Duration.ofSeconds(1));

        assertThat(told).containsExactly("a away");
    }

    @Test
    void open_letsAllInForGood() {
        var gate = full(gate(TWO));
        line(gate, "a");
        line(gate, "b");
        line(gate, "c");

        gate.open();
        gate.limit(1);

        assertThat(told).containsExactly("a in", "b in", "c in");
    }

    // Behind the gate there may be less room than it lets in.
    @Test
    void oneThatFindsNoRoomBehind_waitsWhereItStood_andIsNotAskedAgainBeforeSomebodyLeaves() {
        var gate = gate(TWO.withRequests(10).withPerEndpoint(1));
        assertThat(gate.enter()).isTrue();
        long turn = gate.turn();
        assertThat(gate.enter()).isTrue();
        Place a = requireNonNull(gate.lineUp(waiter("a"), turn, true));
        line(gate, "b");
        assertThat(told).isEmpty();
        assertThat(gate.inside()).isEqualTo(1);

        gate.again();
        assertThat(told).containsExactly("a in");
        gate.lineUpAgain(a, gate.turn());
        assertThat(told).containsExactly("a in");
        gate.leave();

        assertThat(told).containsExactly("a in", "a in");
        gate.handOnMore();
        assertThat(told).containsExactly("a in", "a in", "b in");
    }

    @Test
    void shed_aLineThatHasStoodForAWhile_dropsThoseWhoWaitedLongerThanTheTarget() {
        var gate = full(gate(Limits.defaults().withRequests(2).withShed(Duration.ofMillis(50))));
        line(gate, "a");
        time.advance(Duration.ofMillis(60));
        gate.leave();
        assertThat(told).containsExactly("a in"); // a burst: it has not stood for 100 ms
        line(gate, "b");
        time.advance(Duration.ofMillis(60));
        line(gate, "c");
        time.advance(Duration.ofMillis(41));

        gate.leave();

        assertThat(told).containsExactly("a in", "b shed", "c in");
        assertThat(gate.inside()).isEqualTo(2);
    }

    private Gate gate(Limits limits) {
        return new Gate(limits, time, time);
    }

    private static Gate full(Gate gate) {
        while (gate.enter()) {
            assertThat(gate.inside()).isLessThanOrEqualTo(gate.limit());
        }
        return gate;
    }

    private Place line(Gate gate, String name) {
        return gate.lineUp(waiter(name), gate.turn(), false);
    }

    private Gate.Waiter waiter(String name) {
        return new Gate.Waiter() {
            @Override
            public boolean admitted(Place place) {
                told.add(name + " in");
                return true;
            }

            @Override
            public void sentAway(boolean shed) {
                told.add(name + (shed ? " shed" : " away"));
            }
        };
    }
}
