package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LoopTimerTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final AtomicInteger expired = new AtomicInteger();
    private final LoopTimer timer = new LoopTimer(
            channel.eventLoop(), () -> channel.eventLoop().ticker().nanoTime(), expired::incrementAndGet);

    LoopTimerTest() {
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void pass(long seconds) {
        channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
    }

    @Test
    void deadline_thatIsMovedBack_expiresOnceAtTheLaterTime() {
        timer.arm(TimeUnit.SECONDS.toNanos(10));
        pass(9);
        timer.arm(TimeUnit.SECONDS.toNanos(10));
        pass(9);
        assertThat(expired).hasValue(0);

        pass(1);
        pass(100);

        assertThat(expired).hasValue(1);
    }

    @Test
    void deadline_thatIsMovedForward_expiresAtTheEarlierTime() {
        timer.arm(TimeUnit.SECONDS.toNanos(100));
        timer.arm(TimeUnit.SECONDS.toNanos(10));

        pass(10);

        assertThat(expired).hasValue(1);
    }

    @Test
    void deadline_thatIsGivenUp_doesNotExpire() {
        timer.arm(TimeUnit.SECONDS.toNanos(10));
        timer.disarm();
        pass(10);
        timer.arm(TimeUnit.SECONDS.toNanos(10));
        timer.cancel();
        pass(10);

        assertThat(expired).hasValue(0);
    }
}
