package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.testkit.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class UnboundListenersTest {
    private static final ListenerSpec TAKEN = ListenerSpec.of("web", "127.0.0.1:80");

    private final ManualTime time = new ManualTime();
    private final UnboundListeners unbound = new UnboundListeners(time);

    @Test
    void T07_listenerThatIsTaken_isTriedAfterItsBackoff_butAtOnceOnceItIsCorrected() {
        UnboundListeners.Round first = unbound.round();
        assertThat(first.isDue(TAKEN, false)).isTrue();
        first.failed(TAKEN, "taken");
        assertThat(first.end()).isNotNull();

        UnboundListeners.Round second = unbound.round();
        assertThat(second.isDue(TAKEN, false)).isFalse();
        second.end();
        assertThat(unbound.status("web")).isNotNull();

        assertThat(unbound.round().isDue(ListenerSpec.of("web", "127.0.0.1:81"), false))
                .isTrue();
        assertThat(unbound.round().isDue(TAKEN.withApart(true), false)).isTrue();
        assertThat(unbound.round().isDue(TAKEN, true)).isTrue(); // its port is free now

        time.advance(Duration.ofSeconds(15));
        assertThat(unbound.round().isDue(TAKEN, false)).isTrue();
    }

    @Test
    void manyThatAreTaken_areTriedTogether() {
        UnboundListeners.Round round = unbound.round();
        for (int i = 0; i < 1_000; i++) {
            round.failed(ListenerSpec.of("n" + i, "127.0.0.1:" + (1 + i)), "taken");
        }
        Duration next = round.end();
        int rounds = 0;
        for (Duration past = Duration.ZERO; past.compareTo(Duration.ofSeconds(2)) < 0; past = past.plus(next)) {
            time.advance(next);
            UnboundListeners.Round again = unbound.round();
            for (int i = 0; i < 1_000; i++) {
                ListenerSpec spec = ListenerSpec.of("n" + i, "127.0.0.1:" + (1 + i));
                if (again.isDue(spec, false)) {
                    again.failed(spec, "taken");
                }
            }
            next = again.end();
            rounds++;
        }
        assertThat(rounds).isBetween(1, 8); // one by one it would be thousands
    }
}
