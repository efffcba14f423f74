package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FlushesTest {
    private final EmbeddedChannel channel = new EmbeddedChannel(); // whose loop runs what it is told to
    private final Flushes flushes = new Flushes(channel.eventLoop());
    private final List<String> sent = new ArrayList<>();

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void allSend_inTheirOrder_atTheEndOfTheTurn_andAgainInTheNext() {
        flushes.add(() -> sent.add("first"));
        flushes.add(() -> sent.add("second"));
        assertThat(sent).isEmpty();
        channel.runPendingTasks();
        assertThat(sent).containsExactly("first", "second");
        flushes.add(() -> sent.add("third"));
        channel.runPendingTasks();
        assertThat(sent).containsExactly("first", "second", "third");
    }

    @Test
    void whoHasSomethingMore_whenItsTurnEnds_sendsInTheSame() {
        flushes.add(() -> flushes.add(() -> sent.add("more")));
        channel.runPendingTasks();
        assertThat(sent).containsExactly("more");
    }

    @Test
    void beforeThereAreMoreThanMayWait_allSend() {
        for (int i = 0; i < Flushes.MAX_WAITING; i++) {
            flushes.add(() -> sent.add("early"));
        }
        assertThat(sent).isEmpty();
        flushes.add(() -> sent.add("late"));
        assertThat(sent).hasSize(Flushes.MAX_WAITING).containsOnly("early");
        channel.runPendingTasks();
        assertThat(sent).hasSize(Flushes.MAX_WAITING + 1).endsWith("late");
    }

    @Test
    void oneThatFails_keepsNobodyFromSending() {
        flushes.add(() -> {
            throw new IllegalStateException("of the test");
        });
        flushes.add(() -> sent.add("next"));
        assertThatThrownBy(flushes::run).hasMessage("of the test");
        channel.runPendingTasks();
        assertThat(sent).containsExactly("next");
        flushes.add(() -> sent.add("later"));
        channel.runPendingTasks();
        assertThat(sent).containsExactly("next", "later");
    }

    @Test
    void whatIsMuch_isTold() {
        var written = channel.write(Unpooled.wrappedBuffer(new byte[10_000]));
        assertThat(written.isDone()).isFalse();
        assertThat(Flushes.isMuch(channel, 0)).isFalse();
        assertThat(Flushes.isMuch(channel, 10_000)).isTrue();
    }
}
