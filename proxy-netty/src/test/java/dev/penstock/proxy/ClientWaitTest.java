package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.proxy.ClientWait.For;
import dev.penstock.testkit.ManualTime;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The body's time: 30 s of lag behind 240 bytes per second, counted only while it is the client's turn. */
class ClientWaitTest {
    private final ManualTime time = new ManualTime();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<For> expired = new ArrayList<>();
    private final ListenerSpec listener = ListenerSpec.of("web", "127.0.0.1:0");
    private final ClientWait wait = new ClientWait(channel.eventLoop(), time, () -> listener, () -> 0, expired::add);

    ClientWaitTest() {
        channel.freezeTime();
    }

    private void advance(Duration by) {
        time.advance(by);
        channel.advanceTimeBy(by.toNanos(), TimeUnit.NANOSECONDS);
        channel.runPendingTasks();
    }

    @Test
    void body_thatIsSilent_expiresAfterTheBodyTimeout() {
        wait.beginBody();
        wait.forBody();
        advance(Duration.ofSeconds(29));
        assertThat(expired).isEmpty();
        advance(Duration.ofSeconds(1));
        assertThat(expired).containsExactly(For.BODY);
    }

    @Test
    void body_thatTrickles_makesUpForTheTimeOfItsBytesOnly() {
        wait.beginBody();
        int seconds = 0;
        while (expired.isEmpty() && seconds < 1_000) {
            wait.forBody();
            advance(Duration.ofSeconds(1));
            wait.received(120); // half of the least rate: of each second half a second is lost
            seconds++;
        }
        assertThat(seconds).isBetween(59, 60);
    }

    @Test
    void body_atTheLeastRate_neverExpires() {
        wait.beginBody();
        for (int i = 0; i < 1_000; i++) {
            wait.forBody();
            advance(Duration.ofSeconds(10));
            wait.received(2_400);
        }
        assertThat(expired).isEmpty();
    }

    @Test
    void body_thatNobodyTakes_losesNoTime() {
        wait.beginBody();
        wait.forBody();
        advance(Duration.ofSeconds(29));
        wait.forNothing();
        advance(Duration.ofSeconds(1_000));
        wait.forBody();
        assertThat(expired).isEmpty();
        advance(Duration.ofSeconds(1));
        assertThat(expired).containsExactly(For.BODY);
    }

    @Test
    void bytesThatCameFast_areNoCreditForSilence() {
        wait.beginBody();
        wait.received(100 << 20);
        wait.forBody();
        advance(Duration.ofSeconds(30));
        assertThat(expired).containsExactly(For.BODY);
    }
}
